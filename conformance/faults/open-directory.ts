import { chmodSync } from 'node:fs';
import type { Fault, Tools } from './fault.ts';

const OPEN_TO_ALL = 0o777;

const fault: Fault = {
  id: 'open-directory',
  requirement: 'MDT-SEC-004',
  breaks: 'every user may list the data directory, and put files into it',
  replaces: {
    'reference/runtime/data-directory.ts': {
      DataDirectory: (original: new (path: string) => object, tools: Tools) =>
        class extends original {
          constructor(path: string) {
            super(path);
            chmodSync(path, OPEN_TO_ALL);
            tools.fired();
          }
        },
    },
  },
};

export default fault;
