/** What of a run asks for somebody's attention, the worst first. */
import type { ReportCheck, ReportRequirement } from '../../reference/gen/schemas.ts';

type Outcome = ReportCheck['outcome'];

/** Outcomes that ask for attention, the worst first. */
export const ATTENTION: readonly Outcome[] = ['fail', 'error', 'known failing', 'flaky', 'untestable', 'warn'];

/** Requirements to be spoken of together: one, or all that could not be tested for the same reason. */
export interface Finding {
  outcome: Outcome;
  reason: string | undefined;
  requirements: [ReportRequirement, ...ReportRequirement[]];
}

/**
 * Every requirement of an outcome in ATTENTION, once. One missing prerequisite (a target that does not start, say) makes
 * dozens untestable: those are one finding, so that they do not bury what failed.
 */
export function findingsOf(requirements: readonly ReportRequirement[]): Finding[] {
  return ATTENTION.flatMap((outcome) => {
    const its = requirements.filter((one) => one.outcome === outcome);
    const groups = Map.groupBy(its, ({ id, reason }) => (outcome === 'untestable' ? (reason ?? '') : id));
    return [...groups.values()].flatMap(([first, ...more]) =>
      first === undefined ? [] : [{ outcome, reason: first.reason, requirements: [first, ...more] } satisfies Finding],
    );
  });
}
