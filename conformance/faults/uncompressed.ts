import type { Fault, Tools } from './fault.ts';

interface Representation {
  readonly identity: object;
}

const fault: Fault = {
  id: 'uncompressed',
  requirement: 'MDT-HST-005',
  breaks: 'Accept-Encoding is not honoured',
  replaces: {
    'reference/runtime/representation.ts': {
      chooseCoding: (_original: unknown, tools: Tools) => (representation: Representation) => {
        tools.fired();
        return representation.identity;
      },
    },
  },
};

export default fault;
