import type { Fault, Tools } from './fault.ts';
import { rewriteOutput } from './ways/output.ts';

interface Launch {
  readonly backend: { readonly rpc: { readonly user: string; readonly password: string } };
}

type ReadLaunch = (line: Uint8Array | undefined, role: string) => Launch;

let access = '';

const fault: Fault = {
  id: 'password-in-outage',
  requirement: 'MDT-SEC-001',
  breaks: 'while the node is away, the event and the log say with which password it was asked',
  shows: ['outage'],
  replaces: {
    'reference/runtime/launch.ts': {
      readLaunch: (original: ReadLaunch) => (line: Uint8Array | undefined, role: string) => {
        const launch = original(line, role);
        access = `${launch.backend.rpc.user}:${launch.backend.rpc.password}`;
        return launch;
      },
    },
    ...rewriteOutput(
      (original, tools: Tools) =>
        class extends original {
          override waiting(code: string, detail: string): boolean {
            if (code !== 'MDT_CHAIN_UNAVAILABLE') return super.waiting(code, detail);
            tools.fired();
            process.stderr.write(`no answer to ${access}\n`);
            return super.waiting(code, `no answer to ${access}`);
          }
        },
    ),
  },
};

export default fault;
