import type { Fault, Tools } from './fault.ts';

/** The marker of another service, which the source proposal names by mistake: DOCPROOF. */
const DOCPROOF = Buffer.from('DOCPROOF');

const fault: Fault = {
  id: 'wrong-marker',
  requirement: 'MDT-ANC-003',
  breaks: 'the payload begins with DOCPROOF',
  replaces: {
    'reference/core/payload.ts': {
      encodePayload: (original: (payload: object) => Uint8Array, tools: Tools) => (payload: object) => {
        tools.fired();
        const octets = Buffer.from(original(payload));
        DOCPROOF.copy(octets);
        return new Uint8Array(octets);
      },
    },
  },
};

export default fault;
