/** What became better and worse from one run to another, by requirement and by check. */
import { isDeepStrictEqual } from 'node:util';
import type { ReportCheck, RunDiff } from '../../reference/gen/schemas.ts';
import { worstOf, type Outcome } from '../kit/outcome.ts';
import type { RecordedRun } from './recorded-run.ts';

type Change = RunDiff['checks']['broken'][number];
type Changes = RunDiff['checks'];

/** How well it stands with something that was looked at; what is left out was not looked at. */
const STANDING: Partial<Record<Outcome, number>> = {
  error: 0,
  fail: 0,
  'known failing': 0,
  untestable: 0,
  flaky: 1,
  warn: 1,
  pass: 2,
};
const BAD = 0;

/** @see schemas/run-diff.schema.json */
export function compareRuns(before: RecordedRun, after: RecordedRun): RunDiff {
  const checks = changes(outcomesOfChecks(before.checks), outcomesOfChecks(after.checks));
  const requirements = changes(
    outcomesOfRequirements(before, after, false),
    outcomesOfRequirements(after, before, true),
  );
  const differs = circumstances(before, after);
  return {
    diff: 1,
    before: before.path,
    after: after.path,
    differs,
    requirements,
    checks,
    worse: isWorse(checks, before, after),
  };
}

/** Something is broken that was not, or is there anew and broken; or what was met is not looked at any more, or the verdict is lost. */
function isWorse({ broken, added, gone }: Changes, before: RecordedRun, after: RecordedRun): boolean {
  const whole = !isPart(before) && !isPart(after);
  // A part of the checks cannot be certified: it loses nothing by being one.
  const kept = whole ? ['certified'] : ['certified', 'partial'];
  const isLost = verdictOf(before) === 'certified' && !kept.includes(verdictOf(after));
  if (isLost || (whole && gone.some(({ before: was }) => was === 'pass'))) return true;
  return broken.length > 0 || added.some(({ after }) => after !== undefined && STANDING[after] === BAD);
}

/** Whether a run was asked for some of the checks only. */
export function isPart({ started }: RecordedRun): boolean {
  return started.narrowed || started.options.shard !== undefined;
}

function outcomesOfChecks(checks: readonly ReportCheck[]): Map<string, Outcome> {
  return new Map(checks.map(({ id, outcome }) => [id, outcome]));
}

/**
 * The worst of the checks of each requirement. Of one that both runs looked at, a check that only the earlier run looked at
 * does not count, else it would be mended by not looking; one that only the later run looked at does (`withNew`).
 */
function outcomesOfRequirements(run: RecordedRun, other: RecordedRun, withNew: boolean): Map<string, Outcome> {
  const elsewhere = new Set(other.checks.filter(isLookedAt).map(({ id }) => id));
  const byRequirement = Map.groupBy(run.checks, ({ requirement }) => requirement);
  return new Map(
    [...byRequirement].flatMap(([id, its]) => {
      const lookedAt = its.filter(isLookedAt);
      const shared = lookedAt.filter((check) => elsewhere.has(check.id));
      const counted = shared.length === 0 ? its : withNew ? lookedAt : shared;
      const worst = worstOf(counted.map(({ outcome }) => outcome));
      return worst === undefined ? [] : [[id, worst] as const];
    }),
  );
}

function isLookedAt({ outcome }: ReportCheck): boolean {
  return STANDING[outcome] !== undefined;
}

function changes(before: ReadonlyMap<string, Outcome>, after: ReadonlyMap<string, Outcome>): Changes {
  const found: Changes = { broken: [], mended: [], changed: [], added: [], gone: [], unchanged: 0 };
  for (const id of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const kind = kindOf(before.get(id), after.get(id));
    if (kind === undefined) found.unchanged++;
    else found[kind].push(change(id, before.get(id), after.get(id)));
  }
  return found;
}

function change(id: string, before: Outcome | undefined, after: Outcome | undefined): Change {
  return { id, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

function kindOf(
  before: Outcome | undefined,
  after: Outcome | undefined,
): Exclude<keyof Changes, 'unchanged'> | undefined {
  if (before === after) return undefined;
  const stood = before && STANDING[before];
  const stands = after && STANDING[after];
  if (stood === undefined) return stands === undefined ? undefined : 'added';
  if (stands === undefined) return 'gone';
  if (stands === stood) return 'changed';
  return stands < stood ? 'broken' : 'mended';
}

/** What else was different: it may be why an outcome is. */
function circumstances(before: RecordedRun, after: RecordedRun): RunDiff['differs'] {
  const [a, b] = [circumstancesOf(before), circumstancesOf(after)];
  return Object.keys(a).flatMap((what) =>
    isDeepStrictEqual(a[what], b[what]) ? [] : [{ what, before: a[what] ?? '', after: b[what] ?? '' }],
  );
}

function verdictOf({ events }: RecordedRun): string {
  const last = events.findLast((event) => event.type === 'run_finished');
  return last?.verdict ?? 'broken off';
}

function circumstancesOf(run: RecordedRun): Record<string, string> {
  const { events, started } = run;
  const { kit, revision, seed, target } = started;
  const chain = events.find((event) => event.type === 'chain_started');
  return {
    kit,
    revision,
    seed,
    target: target.name,
    'target version': target.version ?? '',
    role: target.role,
    mode: target.mode,
    profiles: target.profiles.join(' '),
    features: (target.features ?? []).join(' '),
    bitcoind: chain?.version ?? 'none',
    verdict: verdictOf(run),
    selection: isPart(run) ? 'part of the checks' : 'all checks',
  };
}
