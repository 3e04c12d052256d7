/** For tests: what a refusal is. Code and field are asserted, texts are not. */
import assert from 'node:assert/strict';
import { MdtError, type ErrorCode } from './errors.ts';

/** Asserts that `attempt` throws or rejects with `code`, and at `field` where that is given. */
export async function refuses(attempt: () => unknown, code: ErrorCode, field?: string): Promise<void> {
  await assert.rejects(
    async () => attempt(),
    (error) => {
      assert.ok(error instanceof MdtError, `not an MdtError: ${String(error)}`);
      assert.deepEqual({ code: error.code, field: error.field }, { code, field: field ?? error.field });
      return true;
    },
  );
}
