import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'role-disowned',
  requirement: 'MDT-REC-004',
  breaks: 'the BIRTH is that of an IdP',
  also: [{ requirement: 'MDT-ANC-005', reason: 'the role octet is that of another role' }],
  replaces: {
    'reference/core/payload.ts': {
      encodePayload: (original: (payload: object) => Uint8Array, tools: Tools) => (payload: object) => {
        tools.fired();
        return original({ ...payload, role: 'idp' });
      },
    },
  },
};

export default fault;
