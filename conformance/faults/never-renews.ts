import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const fault: Fault = {
  id: 'never-renews',
  requirement: 'MDT-STA-008',
  breaks: 'after the first STATUS none is issued',
  also: [{ requirement: 'MDT-STA-004', reason: 'so none names the successor' }],
  replaces: changedMethod(
    'reference/log/canary.ts',
    'Canary',
    'keep',
    (original, tools) =>
      async function (this: { newest?: unknown }, now: unknown) {
        if (this.newest === undefined) return original(now);
        tools.fired();
        return undefined;
      },
  ),
};

export default fault;
