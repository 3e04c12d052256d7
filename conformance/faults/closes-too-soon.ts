import type { Fault, Tools } from './fault.ts';

interface Parts {
  readonly clock: { now(): number };
}

const AHEAD_S = 6;

const fault: Fault = {
  id: 'closes-too-soon',
  requirement: 'MDT-LOG-021',
  breaks: 'periods are closed before they end',
  also: [
    { requirement: 'MDT-LOG-017', reason: 'entries come after the root of their period' },
    { requirement: 'MDT-LOG-036', reason: 'or they are dated after it, which is ahead' },
  ],
  replaces: {
    'reference/log/period-roots.ts': {
      PeriodRoots: (original: new (parts: Parts) => object, tools: Tools) =>
        class extends original {
          constructor(parts: Parts) {
            super({ ...parts, clock: { now: () => parts.clock.now() + AHEAD_S } });
            tools.fired();
          }
        },
    },
  },
};

export default fault;
