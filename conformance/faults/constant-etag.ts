import type { Fault, Tools } from './fault.ts';

interface Representation {
  readonly identity: { readonly etag: string };
  readonly gzip: { readonly etag: string };
}

const fault: Fault = {
  id: 'constant-etag',
  requirement: 'MDT-HST-002',
  breaks: 'the entity tags stay when the octets change',
  replaces: {
    'reference/runtime/representation.ts': {
      represent: (original: (octets: Uint8Array) => Representation, tools: Tools) => (octets: Uint8Array) => {
        tools.fired();
        const { identity, gzip } = original(octets);
        return { ...original(octets), identity: { ...identity, etag: '"1"' }, gzip: { ...gzip, etag: '"2"' } };
      },
    },
  },
};

export default fault;
