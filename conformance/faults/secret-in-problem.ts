import type { Fault, Tools } from './fault.ts';

interface Launch {
  readonly backend: { readonly rpc: { readonly user: string; readonly password: string } };
}

let authorization = '';

const fault: Fault = {
  id: 'secret-in-problem',
  requirement: 'MDT-SEC-002',
  breaks: 'an error quotes the credentials with which the node was asked, as HTTP writes them',
  replaces: {
    'reference/runtime/launch.ts': {
      readLaunch:
        (original: (line: Uint8Array | undefined, role: string) => Launch, tools: Tools) =>
        (line: Uint8Array | undefined, role: string) => {
          const launch = original(line, role);
          authorization = `Basic ${Buffer.from(`${launch.backend.rpc.user}:${launch.backend.rpc.password}`).toString('base64')}`;
          tools.fired();
          return launch;
        },
    },
    'reference/runtime/error-carrier.ts': {
      toProblem: (original: (error: unknown) => object) => (error: unknown) => ({
        ...original(error),
        detail: `Authorization: ${authorization}`,
      }),
    },
  },
};

export default fault;
