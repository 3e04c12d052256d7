import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'restless-tiles',
  requirement: 'MDT-LOG-011',
  breaks: 'tiles are not to be cached',
  replaces: {
    'reference/runtime/representation.ts': {
      IMMUTABLE: (_original: string, tools: Tools) => {
        tools.fired();
        return 'no-cache';
      },
    },
  },
};

export default fault;
