import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'never-cached',
  requirement: 'MDT-HST-003',
  breaks: 'a request with the current entity tag is answered in full',
  replaces: {
    'reference/runtime/representation.ts': {
      matchesEntityTag: (_original: unknown, tools: Tools) => () => {
        tools.fired();
        return false;
      },
    },
  },
};

export default fault;
