import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'payload-of-tomorrow',
  requirement: 'MDT-ANC-004',
  breaks: 'the payload version is 02',
  replaces: {
    'reference/core/payload.ts': {
      encodePayload: (original: (payload: object) => Uint8Array, tools: Tools) => (payload: object) => {
        tools.fired();
        const octets = original(payload);
        octets[12] = 2;
        return octets;
      },
    },
  },
};

export default fault;
