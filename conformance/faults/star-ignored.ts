import type { Fault, Tools } from './fault.ts';

type Matches = (ifNoneMatch: string | undefined, etag: string) => boolean;

const fault: Fault = {
  id: 'star-ignored',
  requirement: 'MDT-HST-003',
  breaks: '`If-None-Match: *` is answered in full',
  replaces: {
    'reference/runtime/representation.ts': {
      matchesEntityTag: (original: Matches, tools: Tools) => (ifNoneMatch: string | undefined, etag: string) => {
        if (ifNoneMatch?.trim() !== '*') return original(ifNoneMatch, etag);
        tools.fired();
        return false;
      },
    },
  },
};

export default fault;
