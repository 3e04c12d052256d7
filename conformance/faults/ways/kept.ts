/** A fault in the permissions of what is kept in the data directory. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault, Tools } from '../fault.ts';

interface Directory {
  replace(name: string, octets: Uint8Array): void;
}

/** Every file gets these permissions when it is written. */
export function rewriteMode(mode: number): Fault['replaces'] {
  return {
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
            chmodSync(join(this.#folder, name), mode);
          }
        },
    },
  };
}
