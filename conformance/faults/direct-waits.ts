import type { Fault, Tools } from './fault.ts';

interface Store {
  lastOf(mode: number): number;
  see(block: object): void;
}

/** By its number in RegistrationMode. */
const DIRECT = 1;

const fault: Fault = {
  id: 'direct-waits',
  requirement: 'MDT-RLY-024',
  role: 'relay',
  breaks: 'a DIRECT registration waits for the next block, as those of a batch do',
  also: [{ requirement: 'MDT-RLY-027', reason: 'while it is signed at the block there is no transaction to tell of' }],
  replaces: {
    'reference/relay/registration-store.ts': {
      RegistrationStore: (original: new (path: string) => Store, tools: Tools) =>
        class extends original {
          #due = 0;

          override lastOf(mode: number): number {
            return mode === DIRECT ? this.#due : super.lastOf(mode);
          }

          override see(block: object): void {
            super.see(block);
            const due = super.lastOf(DIRECT);
            if (due > this.#due) tools.fired();
            this.#due = due;
          }
        },
    },
  },
};

export default fault;
