import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'checkpoint-of-no-origin',
  requirement: 'MDT-LOG-007',
  breaks: 'the origin of the checkpoint is a host',
  also: [{ requirement: 'MDT-LOG-013', reason: 'the same by gRPC' }],
  replaces: {
    'reference/core/log/checkpoint.ts': {
      checkpointText:
        (original: (head: { entityId: Uint8Array }, signer: unknown) => string, tools: Tools) =>
        (head: { entityId: Uint8Array }, signer: unknown) => {
          tools.fired();
          return original(head, signer).replaceAll('milagro.invalid/mdt/', 'dta.example/');
        },
    },
  },
};

export default fault;
