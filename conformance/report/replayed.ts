/** Whether checks that failed in one run failed in the same way in another. */
import type { ReportCheck } from '../../reference/gen/schemas.ts';
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

export function failedChecks({ checks }: RecordedRun): ReportCheck[] {
  return checks.filter(({ outcome }) => FAILURES.includes(outcome));
}

/** Values that are another each time are not compared: addresses, times, octets. */
export function compareReplay(before: RecordedRun, after: RecordedRun, ids: readonly string[]): Replayed {
  const checks = ids.flatMap((id) => {
    const was = before.checks.find((check) => check.id === id);
    return was
      ? [
          replayedCheck(
            was,
            after.checks.find((check) => check.id === id),
          ),
        ]
      : [];
  });
  const scenes = compareStimuli(stimuliOf(before), stimuliOf(after));
  return { seed: after.started.seed, checks, scenes, reproduced: checks.every(({ again }) => again === 'same') };
}

function replayedCheck(was: ReportCheck, is: ReportCheck | undefined): ReplayedCheck {
  const { id, outcome } = was;
  if (!is) return { id, was: outcome, again: 'not judged', differs: [] };
  const differs = COMPARED.flatMap((what) => difference(what, was[what], is[what]));
  const fails = FAILURES.includes(is.outcome) || is.outcome === outcome;
  const again = differs.length === 0 ? 'same' : fails ? 'other' : 'gone';
  return { id, was: outcome, is: is.outcome, again, differs };
}

function difference(what: ReplayedDifference['what'], was = '', is = ''): ReplayedDifference[] {
  return withoutVolatile(was) === withoutVolatile(is) ? [] : [{ what, was, is }];
}
