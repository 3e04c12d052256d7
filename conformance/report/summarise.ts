/**
 * Event stream → report.json (schema `report`). Everything in it comes from the events and the ledger, as the revision of
 * the run had it; nothing is judged again.
 */
import type { Report, ReportCheck, ReportRequirement, RunEvent } from '../../reference/gen/schemas.ts';
import { ledgerOfRun } from '../kit/frozen.ts';
import { bindsRole, type Ledger, type Requirement } from '../kit/ledger.ts';
import { worstOf, type Outcome } from '../kit/outcome.ts';

type Started = Extract<RunEvent, { type: 'run_started' }>;
type Finished = Extract<RunEvent, { type: 'run_finished' }>;

/** Why nothing was seen of a requirement whose checks were selected. */
export const NOT_RUN = 'the run ended before its check';

const NO_TIMING: Report['timing'] = { wallMs: 0, targetMs: 0, chainMs: 0, kitMs: 0, kitCpuMs: 0 };

/** Schema names of the outcomes, in the order reports list them: what needs attention first. */
export const OUTCOMES: Readonly<Record<Outcome, Exclude<keyof Report['summary'], 'certified' | 'checks'>>> = {
  fail: 'fail',
  error: 'error',
  'known failing': 'knownFailing',
  flaky: 'flaky',
  untestable: 'untestable',
  warn: 'warn',
  pass: 'pass',
  'not observable': 'notObservable',
  'not claimed': 'notClaimed',
};

/** @throws TypeError where `events` do not begin with `run_started`: that is no run */
export function summarise(events: readonly RunEvent[], today: Ledger): Report {
  const [started] = events;
  if (started?.type !== 'run_started') throw new TypeError('events: the stream does not begin with run_started');
  const checks = events.flatMap((event) => (event.type === 'check_finished' ? [event.check] : []));
  const finished =
    events.findLast((event): event is Finished => event.type === 'run_finished') ?? brokenOff(events, started);
  const requirements = requirementsOf(ledgerOfRun(today, started.revision), started, checks);
  return {
    report: 1,
    kit: { version: started.kit },
    spec: { revision: started.revision },
    target: started.target,
    chain: chainOf(events),
    seed: started.seed,
    started: started.started,
    finished: finished.finished,
    exit: finished.exit,
    verdict: finished.verdict as Report['verdict'],
    ...(finished.reason !== undefined && { reason: finished.reason }),
    summary: countsOf(requirements, checks.length, finished),
    timing: finished.timing,
    requirements,
    checks,
  };
}

/** A stream without its end: the kit was killed. What it saw is shown, and no verdict. */
function brokenOff(events: readonly RunEvent[], started: Started): Finished {
  const at = events.at(-1)?.at ?? 0;
  const finished = new Date(Date.parse(started.started) + at).toISOString();
  const reason = 'the run broke off before its verdict';
  const timing = { ...NO_TIMING, wallMs: at };
  return {
    seq: events.length,
    at,
    type: 'run_finished',
    finished: `${finished.slice(0, 19)}Z`,
    exit: 3,
    verdict: 'no verdict',
    reason,
    timing,
  };
}

function chainOf(events: readonly RunEvent[]): Report['chain'] {
  const chain = events.find((event) => event.type === 'chain_started');
  if (!chain) return { way: 'none', version: '' };
  const { way, version, source } = chain;
  return { way: way as Report['chain']['way'], version, ...(source !== undefined && { source }) };
}

/** Every requirement of the ledger; of a run that was narrowed, only those that were looked at. */
function requirementsOf(ledger: Ledger, started: Started, checks: readonly ReportCheck[]): ReportRequirement[] {
  const byRequirement = Map.groupBy(checks, ({ requirement }) => requirement);
  const selected = new Set(started.selected.map((id) => id.slice(0, id.indexOf('/'))));
  const shown = [...ledger.requirements.values()].filter(({ id }) => !started.narrowed || selected.has(id));
  return shown.map((requirement) => {
    const its = byRequirement.get(requirement.id) ?? [];
    const is = { claimed: isClaimed(requirement, started), selected: selected.has(requirement.id) };
    return asReported(requirement, its, outcomeOf(requirement, its, is));
  });
}

function asReported(
  { id, legacyIds, level, roles, profile, chapter, sentence }: Requirement,
  checks: readonly ReportCheck[],
  judged: Pick<ReportRequirement, 'outcome' | 'reason'>,
): ReportRequirement {
  const is = { id, ...(legacyIds && { legacy_ids: legacyIds }), level, roles, profile, chapter, sentence };
  return { ...is, ...judged, checks: checks.map((check) => check.id) };
}

function isClaimed(requirement: Requirement, { target }: Started): boolean {
  return bindsRole(requirement, target.role) && target.profiles.includes(requirement.profile);
}

/** The worst of its checks; where it has none, why. */
function outcomeOf(
  { unjudged, untestable }: Requirement,
  checks: readonly ReportCheck[],
  is: { claimed: boolean; selected: boolean },
): Pick<ReportRequirement, 'outcome' | 'reason'> {
  const worst = worstOf(checks.map(({ outcome }) => outcome));
  if (worst !== undefined) {
    const message =
      worst === 'pass' ? undefined : checks.find(({ outcome }) => outcome === worst)?.message?.split('\n')[0];
    return { outcome: worst, ...(message !== undefined && { reason: message }) };
  }
  if (!is.claimed) return { outcome: 'not claimed' };
  if (is.selected) return { outcome: 'untestable', reason: NOT_RUN };
  return { outcome: 'not observable', reason: unjudged ?? untestable ?? 'this kit has no check of it' };
}

/** Counts of requirements by outcome, and the number of checks behind them. */
function countsOf(
  requirements: readonly ReportRequirement[],
  checks: number,
  { exit, verdict }: Finished,
): Report['summary'] {
  const of = (wanted: Outcome): number => requirements.filter(({ outcome }) => outcome === wanted).length;
  const counted = Object.fromEntries(Object.entries(OUTCOMES).map(([outcome, name]) => [name, of(outcome as Outcome)]));
  return {
    certified: verdict === 'certified' && exit === 0,
    ...(counted as Omit<Report['summary'], 'certified' | 'checks'>),
    checks,
  };
}
