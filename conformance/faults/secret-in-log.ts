import { writeSync } from 'node:fs';
import type { Fault, Tools } from './fault.ts';

const STANDARD_ERROR = 2;

const fault: Fault = {
  id: 'secret-in-log',
  requirement: 'MDT-SEC-001',
  breaks: 'the launch configuration is logged as it came, passphrase and all',
  replaces: {
    'reference/runtime/launch.ts': {
      readLaunch:
        (original: (line: Uint8Array | undefined, role: string) => object, tools: Tools) =>
        (line: Uint8Array | undefined, role: string) => {
          tools.fired();
          writeSync(STANDARD_ERROR, `launched with ${Buffer.from(line ?? []).toString('utf8')}\n`);
          return original(line, role);
        },
    },
  },
};

export default fault;
