import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'status-by-the-server',
  requirement: 'MDT-STA-002',
  breaks: 'a STATUS is signed by the anchor key, which the server has',
  replaces: {
    'reference/core/document-signature.ts': {
      signDigest:
        (original: (type: string, digest: Uint8Array, secret: Uint8Array) => Uint8Array, tools: Tools) =>
        (type: string, digest: Uint8Array, secret: Uint8Array) => {
          if (type !== 'milagro-status') return original(type, digest, secret);
          tools.fired();
          return original(type, digest, Buffer.alloc(32, 1));
        },
    },
  },
};

export default fault;
