/** What the outcomes of a run come to: a verdict, an exit status, and the reason where the outcomes do not tell it. */
import type { ReportCheck } from '../../reference/gen/schemas.ts';
import { EXIT, type ExitStatus } from './kit-error.ts';
import type { Ledger } from './ledger.ts';
import { ENDS_A_RUN, type Outcome, type Verdict } from './outcome.ts';

export interface Decision {
  readonly exit: ExitStatus;
  readonly verdict: Verdict;
  readonly reason?: string;
}

export interface Finished {
  readonly checks: readonly ReportCheck[];
  readonly ledger: Ledger;
  /** Whether options left checks out. */
  readonly narrowed: boolean;
  /** Whether the target listened at all, where it had to; if not, what came in place of it. */
  readonly started: boolean;
  readonly silence?: string | undefined;
  /** Reasons by requirement ID, from the manifest. */
  readonly knownFailing: ReadonlyMap<string, string>;
  readonly allowKnownFailing: boolean;
  /** Lives that were ended because they went over a limit, each in words. */
  readonly overLimits: readonly string[];
  /** Whether the target was only looked at: then nothing can be certified. */
  readonly observed?: boolean;
  /** How many checks were selected and did not run. */
  readonly notRun?: number;
  /** Whether the run was to end with the first check that fails. */
  readonly bail?: boolean;
  /** Which checks are without an outcome, and of which part of the run, in words; told where no failure has ended it. */
  readonly missing?: string;
  /** Whether others judge the rest of the checks, so that what the whole comes to is not known here. */
  readonly isShard?: boolean;
}

export function decide(run: Finished): Decision {
  const decided = decideAs(run);
  if (run.observed !== true || decided.verdict === 'no verdict' || decided.verdict === 'nothing ran') return decided;
  if (decided.exit === EXIT.failed)
    return { reason: 'something that was observed failed', ...decided, verdict: 'observed' };
  return {
    exit: EXIT.certified,
    verdict: 'observed',
    reason: 'nothing that was observed failed; this is no certificate',
  };
}

function decideAs(run: Finished): Decision {
  const limits = `the kit ended the target for going over its limits: ${run.overLimits.join('; ')}`;
  if (run.checks.length === 0)
    return { exit: EXIT.nothingRan, verdict: 'nothing ran', reason: 'no check came to an end' };
  if (!run.started) {
    const reason = `the target did not start: ${run.silence ?? 'no {"event":"listening"} came'}`;
    return { exit: EXIT.infrastructure, verdict: 'no verdict', reason: run.overLimits.length > 0 ? limits : reason };
  }
  if (run.overLimits.length > 0) return { exit: EXIT.failed, verdict: 'not certified', reason: limits };
  const { notRun = 0 } = run;
  if (notRun > 0) return { exit: EXIT.failed, verdict: 'not certified', reason: whyNotRun(run, notRun) };
  const stale = run.isShard === true ? [] : staleEntries(run);
  if (stale.length > 0) {
    const reason = `known_failing lists ${stale.join(', ')}, which did not fail: take it off the list`;
    return { exit: EXIT.failed, verdict: 'not certified', reason };
  }
  const against = run.checks.filter((check) => counts(check.outcome, levelOf(run.ledger, check)));
  if (against.length > 0) return notCertified(run, against);
  if (run.isShard === true) {
    const reason = 'the run is one of several shards: `milagro-trust merge` joins them';
    return { exit: EXIT.certified, verdict: 'partial', reason };
  }
  if (run.narrowed) return { exit: EXIT.certified, verdict: 'partial', reason: 'the run was narrowed by an option' };
  return { exit: EXIT.certified, verdict: 'certified', ...unjudged(run.ledger) };
}

function whyNotRun({ bail, checks, missing }: Finished, notRun: number): string {
  const ended = bail === true && checks.some(({ outcome }) => ENDS_A_RUN.includes(outcome));
  if (ended) return `the run was to end with the first check that fails: ${String(notRun)} checks were not run`;
  const what = `${String(notRun)} of the checks that were selected have no outcome`;
  return missing === undefined ? what : `${what}: ${missing}`;
}

/** What an earlier revision asked for in other words, which this kit does not look at. */
function unjudged({ revision, requirements }: Ledger): { reason?: string } {
  const its = [...requirements.values()].filter((each) => each.unjudged !== undefined && each.untestable === undefined);
  if (its.length === 0) return {};
  const which = its.map(({ id }) => id).join(', ');
  return { reason: `revision ${revision} says these otherwise than this kit judges them, so it did not: ${which}` };
}

/** Known failures still stand in the way of a certificate; whether they fail the run is for who runs it to say. */
function notCertified({ allowKnownFailing }: Finished, against: readonly ReportCheck[]): Decision {
  const onlyKnown = against.every(({ outcome }) => outcome === 'known failing');
  if (!onlyKnown || !allowKnownFailing) return { exit: EXIT.failed, verdict: 'not certified' };
  const reason = 'nothing failed but what the manifest lists as known to fail';
  return { exit: EXIT.certified, verdict: 'not certified', reason };
}

/** Entries whose requirement was met and did not fail: the list says what is no longer so. */
function staleEntries({ knownFailing, checks }: Finished): string[] {
  return [...knownFailing.keys()].filter((id) => {
    const its = checks.filter(({ requirement }) => requirement === id);
    const outcomes = its.map(({ outcome }) => outcome);
    return outcomes.includes('pass') && !outcomes.includes('known failing');
  });
}

/** Whether an outcome stands in the way of a certificate. A SHOULD does not, but an error of the kit always does. */
function counts(outcome: Outcome, level: string): boolean {
  if (outcome === 'error') return true;
  return level === 'MUST' && (outcome === 'fail' || outcome === 'known failing' || outcome === 'untestable');
}

function levelOf({ requirements }: Ledger, { requirement }: ReportCheck): string {
  return requirements.get(requirement)?.level ?? 'MUST';
}
