import type { Fault, Tools } from './fault.ts';

interface Representation {
  readonly identity: { readonly etag: string };
  readonly gzip: { readonly etag: string };
}

const fault: Fault = {
  id: 'shared-etag',
  requirement: 'MDT-HST-002',
  breaks: 'both codings have one and the same entity tag',
  replaces: {
    'reference/runtime/representation.ts': {
      represent: (original: (octets: Uint8Array) => Representation, tools: Tools) => (octets: Uint8Array) => {
        tools.fired();
        const made = original(octets);
        return { ...made, gzip: { ...made.gzip, etag: made.identity.etag } };
      },
    },
  },
};

export default fault;
