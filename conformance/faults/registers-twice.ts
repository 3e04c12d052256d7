import type { Fault, Tools } from './fault.ts';

interface Asked {
  readonly id: Buffer;
  readonly mode: number;
}

interface Book {
  has(asked: Asked): boolean;
}

interface Store {
  registration(id: Buffer): { readonly mode: number } | undefined;
}

/** By its number in RegistrationMode. */
const DIRECT = 1;

const fault: Fault = {
  id: 'registers-twice',
  requirement: 'MDT-RLY-029',
  role: 'relay',
  breaks: 'what is BATCHED and asked for once more as DIRECT is anchored by itself as well',
  replaces: {
    'reference/relay/registration-book.ts': {
      RegistrationBook: (original: new (store: Store, clock: object) => Book, tools: Tools) =>
        class extends original {
          readonly #store: Store;

          constructor(store: Store, clock: object) {
            super(store, clock);
            this.#store = store;
          }

          override has(asked: Asked): boolean {
            if (!super.has(asked)) return false;
            if (asked.mode !== DIRECT || this.#store.registration(asked.id)?.mode === DIRECT) return true;
            tools.fired();
            return false;
          }
        },
    },
  },
};

export default fault;
