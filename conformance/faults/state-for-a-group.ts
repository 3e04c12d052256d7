import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault, Tools } from './fault.ts';

const READABLE_BY_GROUP = 0o640;

interface Directory {
  replace(name: string, octets: Uint8Array): void;
}

const fault: Fault = {
  id: 'state-for-a-group',
  requirement: 'MDT-SEC-004',
  breaks: 'the group may read the state file',
  replaces: {
    'reference/runtime/data-directory.ts': {
      DataDirectory: (original: new (path: string) => Directory, tools: Tools) =>
        class extends original {
          readonly #folder: string;

          constructor(path: string) {
            super(path);
            this.#folder = path;
          }

          override replace(name: string, octets: Uint8Array): void {
            super.replace(name, octets);
            tools.fired();
            chmodSync(join(this.#folder, name), READABLE_BY_GROUP);
          }
        },
    },
  },
};

export default fault;
