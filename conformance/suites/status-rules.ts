/** What holds for the STATUSes of a record as long as nothing is interrupted. Called by checks, and thrown out of as checks are. */
import type { Status } from '../../reference/gen/schemas.ts';
import { holds } from '../kit/expect.ts';
import { secondsOf } from '../oracle/activity-root.ts';
import type { LogLook } from '../world/scenes/log-looking.ts';

/** The second that a time of RFC 3339 may have begun. */
const CLOCK_STEP_MS = 999;

/** MDT-STA-008: each is there by `next_due` of the one before, and the next one is not overdue at the look. */
export function comeInTime(statuses: readonly Status[], look: LogLook): void {
  for (const [index, { created, seq }] of statuses.entries()) {
    const due = statuses[index - 1]?.next_due;
    holds(due === undefined || created <= due, `STATUS ${String(seq)} came late`, {
      expected: `by ${due ?? ''}`,
      got: created,
      field: '/status/created',
    });
  }
  const newest = statuses.at(-1);
  holds(look.from <= secondsOf(newest?.next_due ?? '') * 1_000 + CLOCK_STEP_MS, 'the next STATUS is missing', {
    expected: `a STATUS after number ${String(newest?.seq)} by ${newest?.next_due ?? ''}`,
    got: `none at ${new Date(look.from).toISOString()}`,
  });
}
