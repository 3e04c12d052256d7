/** The verdict document, and which verdict a fault leads to (spec 7.4). */
import type { Verdict, VerdictHeaders, VerdictStep } from '../../gen/schemas.ts';
import type { MdtError } from '../errors.ts';
import { validate } from '../schema.ts';
import { formatTime } from '../time.ts';

/** What a verification learns of the entity as it goes. */
export type Findings = Partial<
  Pick<Verdict, 'entity_id' | 'digest' | 'role' | 'existed_after' | 'existed_before' | 'confirmations'>
>;

interface Course {
  readonly findings: Findings;
  readonly headers: VerdictHeaders;
  readonly steps: VerdictStep[];
  /** Seconds since 1970. */
  readonly now: number;
}

/** A verdict, valid against its schema. */
export function conclusion(
  verdict: Verdict['verdict'],
  fault: MdtError | undefined,
  { findings, headers, steps, now }: Course,
): Verdict {
  return validate('verdict', {
    verdict,
    ...(fault && { code: fault.code }),
    ...(fault && fault.field !== '' && { field: fault.field }),
    ...(fault && { message: fault.message }),
    ...findings,
    headers,
    steps,
    checked_at: formatTime(now),
  });
}

/** The verdict that a fault leads to (spec 7.4). */
export function verdictOf({ code }: MdtError): Verdict['verdict'] {
  switch (code) {
    case 'MDT_SOURCE':
    case 'MDT_CONFIRMATIONS':
      return 'UNKNOWN';
    case 'MDT_ALTERED':
      return 'ALTERED';
    default:
      return 'REJECTED';
  }
}
