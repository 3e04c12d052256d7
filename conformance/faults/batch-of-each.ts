import type { Fault, Tools } from './fault.ts';

interface Seen {
  readonly due: number;
}

interface Store {
  readonly seen: Seen | undefined;
  lastPaid(mode: number): number;
}

/** By its number in RegistrationMode. */
const BATCHED = 2;

const fault: Fault = {
  id: 'batch-of-each',
  requirement: 'MDT-RLY-026',
  role: 'relay',
  breaks: 'when a block comes each registration gets a batch of its own',
  also: [
    { requirement: 'MDT-RLY-025', reason: 'a batch holds one of those that came before the block' },
    { requirement: 'MDT-RLY-027', reason: 'they are made one after the other, and of the last there is none yet' },
    { requirement: 'MDT-RLY-029', reason: 'nor does it come into the mempool before the next block' },
  ],
  replaces: {
    'reference/relay/registration-store.ts': {
      RegistrationStore: (original: new (path: string) => Store, tools: Tools) =>
        class extends original {
          override get seen(): Seen | undefined {
            const seen = super.seen;
            const next = this.lastPaid(BATCHED) + 1;
            if (!seen || seen.due <= next) return seen;
            tools.fired();
            return { ...seen, due: next };
          }
        },
    },
  },
};

export default fault;
