/** Whether checks that failed in one run failed in the same way in another. */
import type { ReportCheck } from '../../reference/gen/schemas.ts';
import { EXIT } from '../kit/kit-error.ts';
import type { Outcome } from '../kit/outcome.ts';
import type { RecordedRun } from './recorded-run.ts';
import { compareStimuli, stimuliOf, type SceneComparison } from './stimuli.ts';
import { withoutVolatile } from './volatile.ts';

const COMPARED = ['outcome', 'message', 'expected', 'got', 'field'] as const;

export interface ReplayedDifference {
  readonly what: (typeof COMPARED)[number];
  readonly was: string;
  readonly is: string;
}

export interface ReplayedCheck {
  readonly id: string;
  readonly was: Outcome;
  /** Absent where the check was not judged again. */
  readonly is?: Outcome;
  /** `same`: the same failure; `other`: another one; `gone`: no failure; `not judged`: the run ended before it. */
  readonly again: 'same' | 'other' | 'gone' | 'not judged';
  readonly differs: readonly ReplayedDifference[];
}

export interface Replayed {
  readonly seed: string;
  readonly checks: readonly ReplayedCheck[];
  /** Whether the target was sent the same, by scene. */
  readonly scenes: readonly SceneComparison[];
  readonly reproduced: boolean;
}

/** Outcomes that say something against a target, or against the kit. */
const FAILURES: readonly Outcome[] = ['fail', 'warn', 'known failing', 'error'];

/** What a run came to for one check. */
type Came = Pick<ReportCheck, 'outcome'> & Partial<Pick<ReportCheck, 'message' | 'expected' | 'got' | 'field'>>;

/** Whether nothing could be started, so that a run has no verdict. */
export function didNotStart({ finished }: RecordedRun): boolean {
  return finished?.exit === EXIT.infrastructure;
}

/** Checks that failed; of a run that did not start, all that it was to judge. */
export function failedChecks(run: RecordedRun): string[] {
  if (didNotStart(run)) return [...run.started.selected];
  return run.checks.filter(({ outcome }) => FAILURES.includes(outcome)).map(({ id }) => id);
}

/** Values that are another each time are not compared: addresses, times, octets. */
export function compareReplay(before: RecordedRun, after: RecordedRun, ids: readonly string[]): Replayed {
  const checks = ids.flatMap((id) => {
    const was = cameTo(before, id);
    return was ? [replayedCheck(id, was, cameTo(after, id))] : [];
  });
  const scenes = compareStimuli(stimuliOf(before), stimuliOf(after));
  return { seed: after.started.seed, checks, scenes, reproduced: checks.every(({ again }) => again === 'same') };
}

/** Where nothing could be started, no check could be tested, whether or not the run got as far as saying so. */
function cameTo(run: RecordedRun, id: string): Came | undefined {
  const judged = run.checks.find((check) => check.id === id);
  if (judged || !didNotStart(run)) return judged;
  return { outcome: 'untestable', ...(run.finished?.reason !== undefined && { message: run.finished.reason }) };
}

function replayedCheck(id: string, was: Came, is: Came | undefined): ReplayedCheck {
  if (!is) return { id, was: was.outcome, again: 'not judged', differs: [] };
  const differs = COMPARED.flatMap((what) => difference(what, was[what], is[what]));
  // What cannot be tested is as bad as a failure, and no cure of one.
  const isBad = FAILURES.includes(is.outcome) || is.outcome === 'untestable' || is.outcome === was.outcome;
  const again = differs.length === 0 ? 'same' : isBad ? 'other' : 'gone';
  return { id, was: was.outcome, is: is.outcome, again, differs };
}

function difference(what: ReplayedDifference['what'], was = '', is = ''): ReplayedDifference[] {
  return withoutVolatile(was) === withoutVolatile(is) ? [] : [{ what, was, is }];
}
