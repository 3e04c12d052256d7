/**
 * What two readers made of one input. Both take it with the same values, or both refuse it. The codes of two refusals
 * are the same where an input holds exactly one fault, which faults put into generated inputs are (`faults.ts`). A mutant can
 * hold several, and then a reader may report any of them (spec 1.4, 2.3): such pairs of codes are counted, and each
 * subject says how many of its refusals may end in one.
 */
import assert from 'node:assert/strict';

/** The value of an input that was taken, or the code of the refusal. */
export type Outcome = { value: unknown } | { code: string };

/** Runs a reader; anything that it throws without a code is its own fault. */
export async function outcomeOf(read: () => unknown): Promise<Outcome> {
  try {
    return { value: await read() };
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code !== 'string' || !/^MDT_[A-Z0-9_]+$/.test(code)) throw error;
    return { code };
  }
}

/** How much two readers agree. */
export interface Agreement {
  taken: number;
  refused: number;
  /** Refusals by two codes, as `one/other`, with their number. */
  otherCode: Map<string, number>;
}

/** Notes one input. Throws where the readers disagree; `show` says which input it was. */
export function note(agreement: Agreement, core: Outcome, oracle: Outcome, show: () => string): void {
  if ('code' in core && 'code' in oracle) {
    agreement.refused++;
    const pair = `${core.code}/${oracle.code}`;
    if (core.code !== oracle.code) agreement.otherCode.set(pair, (agreement.otherCode.get(pair) ?? 0) + 1);
    return;
  }
  assert.deepEqual(plain(core), plain(oracle), show());
  agreement.taken++;
}

/** Without prototypes, which are no part of a value. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}
