/** Entries of tomorrow: promised, and in no root. */
import type { Fault, Tools } from './fault.ts';

interface Parts {
  readonly clock: { now(): number };
}

const YEAR_S = 31_536_000;

const fault: Fault = {
  id: 'entries-of-tomorrow',
  requirement: 'MDT-LOG-036',
  breaks: 'entries and their promises are dated a year ahead, so no root ever has one',
  replaces: {
    'reference/log/activity-log.ts': {
      ActivityLog: (original: new (parts: Parts) => object, tools: Tools) =>
        class extends original {
          constructor(parts: Parts) {
            super({
              ...parts,
              clock: {
                now: () => {
                  tools.fired();
                  return parts.clock.now() + YEAR_S;
                },
              },
            });
          }
        },
    },
  },
};

export default fault;
