import type { Fault, Tools } from './fault.ts';

type Register = (asked: { mode?: string }) => unknown;

const fault: Fault = {
  id: 'always-batched',
  requirement: 'MDT-PAT-107',
  role: 'pat',
  breaks: 'a relay is asked for a batch, whatever is wanted',
  replaces: {
    'reference/pat/own-signatures.ts': {
      registerOwn: (original: Register, tools: Tools) => (asked: Parameters<Register>[0]) => {
        if (asked.mode === 'DIRECT') tools.fired();
        return original({ ...asked, mode: 'BATCHED' });
      },
    },
  },
};

export default fault;
