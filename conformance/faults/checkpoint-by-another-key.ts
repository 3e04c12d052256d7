import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'checkpoint-by-another-key',
  requirement: 'MDT-LOG-007',
  breaks: 'the checkpoint is signed by a key that the record does not name',
  also: [
    { requirement: 'MDT-LOG-013', reason: 'the same by gRPC' },
    { requirement: 'MDT-LOG-003', reason: 'promises are signed by the same key' },
  ],
  replaces: {
    'reference/log/log-signer.ts': {
      LogSigner: (original: new (seed: Uint8Array) => object, tools: Tools) =>
        class extends original {
          constructor(seed: Uint8Array) {
            super(seed.map((octet) => octet ^ 1));
            tools.fired();
          }
        },
    },
  },
};

export default fault;
