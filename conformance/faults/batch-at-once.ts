import type { Fault, Tools } from './fault.ts';

interface Seen {
  readonly due: number;
}

interface Store {
  readonly seen: Seen | undefined;
  lastOf(mode: number): number;
}

/** By its number in RegistrationMode. */
const BATCHED = 2;

const fault: Fault = {
  id: 'batch-at-once',
  requirement: 'MDT-RLY-025',
  role: 'relay',
  breaks: 'a batch is handed over when a registration comes, and not when a block does',
  also: [{ requirement: 'MDT-RLY-026', reason: 'there are as many between two blocks as registrations came' }],
  replaces: {
    'reference/relay/registration-store.ts': {
      RegistrationStore: (original: new (path: string) => Store, tools: Tools) =>
        class extends original {
          override get seen(): Seen | undefined {
            const seen = super.seen;
            const due = this.lastOf(BATCHED);
            if (!seen || seen.due === due) return seen;
            tools.fired();
            return { ...seen, due };
          }
        },
    },
  },
};

export default fault;
