/** A fault in which BATCHED registrations of a relay are due: the number of the last, where the true one says another. */
import type { Fault, Tools } from '../fault.ts';

interface Seen {
  readonly due: number;
}

export interface Store {
  readonly seen: Seen | undefined;
  lastOf(mode: number): number;
  lastPaid(mode: number): number;
}

/** By its number in RegistrationMode. */
export const BATCHED = 2;

export function batchesDue(change: (due: number, store: Store) => number): Fault['replaces'] {
  return {
    'reference/relay/registration-store.ts': {
      RegistrationStore: (original: new (path: string) => Store, tools: Tools) =>
        class extends original {
          override get seen(): Seen | undefined {
            const seen = super.seen;
            if (!seen) return seen;
            const due = change(seen.due, this);
            if (due === seen.due) return seen;
            tools.fired();
            return { ...seen, due };
          }
        },
    },
  };
}
