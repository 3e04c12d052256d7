import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const BEGAN = Date.now();
const LATE_MS = 8_000;

const fault: Fault = {
  id: 'ready-without-status',
  requirement: 'MDT-STA-009',
  breaks: 'it is ready before it has a STATUS',
  also: [{ requirement: 'MDT-STA-010', reason: 'for a while there is none to be served' }],
  replaces: {
    ...changedMethod('reference/log/canary.ts', 'Canary', 'keep', (original, tools) => async (now: unknown) => {
      if (Date.now() - BEGAN > LATE_MS) return original(now);
      tools.fired();
      return undefined;
    }),
    'reference/log/activity.ts': {
      Activity: (original: { prototype: object }) => {
        Object.defineProperty(original.prototype, 'hasStatus', { get: () => true });
        return original;
      },
    },
  },
};

export default fault;
