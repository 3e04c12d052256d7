import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'promise-by-another-key',
  requirement: 'MDT-LOG-003',
  breaks: 'a promise is signed over other octets than those of 8.2',
  replaces: {
    'reference/core/log/promise.ts': {
      signPromise:
        (original: (promised: { index: number }, signer: unknown) => Uint8Array, tools: Tools) =>
        (promised: { index: number }, signer: unknown) => {
          tools.fired();
          return original({ ...promised, index: promised.index + 1 }, signer);
        },
    },
  },
};

export default fault;
