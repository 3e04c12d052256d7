import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'any-tag-matches',
  requirement: 'MDT-HST-003',
  breaks: 'a request with any entity tag is answered 304',
  replaces: {
    'reference/runtime/representation.ts': {
      matchesEntityTag: (_original: unknown, tools: Tools) => (tags: string | undefined) => {
        tools.fired();
        return tags !== undefined;
      },
    },
  },
};

export default fault;
