import type { Fault, Tools } from './fault.ts';

interface Coding {
  readonly etag: string;
}

type Choose = (...parts: unknown[]) => Coding;
type Matches = (ifNoneMatch: string | undefined, etag: string) => boolean;

const given: string[] = [];

const fault: Fault = {
  id: 'restless-etag',
  requirement: 'MDT-HST-002',
  breaks: 'every answer has an entity tag of its own, though the octets are the same',
  also: [{ requirement: 'MDT-HST-017', reason: 'so the tag of a HEAD is not that of a GET' }],
  replaces: {
    'reference/runtime/representation.ts': {
      chooseCoding:
        (original: Choose, tools: Tools) =>
        (...parts: unknown[]) => {
          tools.fired();
          const etag = `"${String(given.length)}"`;
          given.push(etag);
          return { ...original(...parts), etag };
        },
      matchesEntityTag: (original: Matches) => (ifNoneMatch: string | undefined) =>
        given.some((etag) => original(ifNoneMatch, etag)),
    },
  },
};

export default fault;
