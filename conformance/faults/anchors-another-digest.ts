import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'anchors-another-digest',
  requirement: 'MDT-REC-003',
  breaks: 'the BIRTH holds the digest of something else',
  replaces: {
    'reference/core/payload.ts': {
      encodePayload: (original: (payload: object) => Uint8Array, tools: Tools) => (payload: object) => {
        tools.fired();
        return original({ ...payload, digest: new Uint8Array(32).fill(7) });
      },
    },
  },
};

export default fault;
