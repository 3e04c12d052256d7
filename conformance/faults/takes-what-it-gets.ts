import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'takes-what-it-gets',
  requirement: 'MDT-LIN-016',
  breaks: 'the continuation of another lineage is taken for a deposit',
  replaces: {
    'reference/core/foreign-input.ts': {
      isAnchorOfLineage: (_: unknown, tools: Tools) => () => {
        tools.fired();
        return false;
      },
    },
  },
};

export default fault;
