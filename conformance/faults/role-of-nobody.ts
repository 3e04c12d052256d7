import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'role-of-nobody',
  requirement: 'MDT-ANC-005',
  breaks: 'the role octet is an unknown one',
  replaces: {
    'reference/core/payload.ts': {
      encodePayload: (original: (payload: object) => Uint8Array, tools: Tools) => (payload: object) => {
        tools.fired();
        const octets = original(payload);
        octets[14] = 9;
        return octets;
      },
    },
  },
};

export default fault;
