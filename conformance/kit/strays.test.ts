import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { Runner } from 'mocha';
import { Strays } from './strays.ts';

const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;
const count = (): number[] => EVENTS.map((event) => process.listenerCount(event));

/** What mocha's runner brings with it, and puts on the process. */
function runner(): Runner {
  const listeners = { uncaught: (): void => assert.fail('mocha heard it'), unhandled: (): void => assert.fail() };
  process.on('uncaughtException', listeners.uncaught).on('unhandledRejection', listeners.unhandled);
  return listeners as unknown as Runner;
}

describe('what nobody caught, of runs side by side', () => {
  it('is listened for once, however many runs there are, and no longer than the last of them', () => {
    const before = count();
    const runs = Array.from({ length: 30 }, () => new Strays());
    for (const strays of runs) strays.begin(runner());
    assert.deepEqual(
      count(),
      before.map((listeners) => listeners + 1),
    );
    for (const strays of runs) strays.end();
    assert.deepEqual(count(), before);
  });

  it('costs each of them its check', async () => {
    const own = process.rawListeners('uncaughtException') as (() => void)[]; // of the mocha that runs this
    for (const listener of own) process.off('uncaughtException', listener);
    const runs = [new Strays(), new Strays()];
    for (const strays of runs) strays.begin(runner());
    try {
      const checks = runs.map(async (strays) =>
        strays.during(async () => new Promise((resolve) => setTimeout(resolve, 1_000))),
      );
      setImmediate(() => {
        throw new Error('astray');
      });
      for (const { reason } of (await Promise.allSettled(checks)) as PromiseRejectedResult[])
        assert.match(String(reason), /astray/);
    } finally {
      for (const strays of runs) strays.end();
      for (const listener of own) process.on('uncaughtException', listener);
    }
  });
});
