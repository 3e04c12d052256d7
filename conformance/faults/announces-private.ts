import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'announces-private',
  requirement: 'MDT-IDP-029',
  role: 'idp',
  breaks: 'the BIRTH of a private IdP leads everybody to it',
  replaces: {
    'reference/core/payload.ts': {
      encodePayload: (original: (payload: object) => Uint8Array, tools: Tools) => (payload: { hostHint?: string }) => {
        if (payload.hostHint !== '') return original(payload);
        tools.fired();
        return original({ ...payload, hostHint: 'idp.example.org' });
      },
    },
  },
};

export default fault;
