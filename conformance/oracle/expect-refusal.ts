/** For tests of the oracle. */
import assert from 'node:assert/strict';
import { Refusal } from './refusal.ts';

/** Sees to it that `run` refuses with this code, and with nothing else. */
export function expectRefusal(code: string, run: () => unknown): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof Refusal, `a refusal, not ${String(error)}`);
    assert.equal(error.code, code);
    return true;
  });
}

/** Runs what may refuse; anything else that it throws is a fault of the oracle. */
export function refusesAtMost(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    assert.ok(
      error instanceof Refusal,
      `a refusal, not ${error instanceof Error ? (error.stack ?? '') : String(error)}`,
    );
  }
}
