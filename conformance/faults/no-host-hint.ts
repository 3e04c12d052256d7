import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'no-host-hint',
  requirement: 'MDT-ANC-006',
  breaks: 'the BIRTH leads to no host',
  replaces: {
    'reference/core/payload.ts': {
      encodePayload: (original: (payload: object) => Uint8Array, tools: Tools) => (payload: object) => {
        tools.fired();
        return original({ ...payload, hostHint: '' });
      },
    },
  },
};

export default fault;
