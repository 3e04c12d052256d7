import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'never-raises',
  requirement: 'MDT-LIN-018',
  breaks: 'an anchor that nobody mines is left as it is',
  replaces: {
    'reference/chain/fee-replacement.ts': {
      replaceByFee: (_: unknown, tools: Tools) => () => {
        tools.fired();
        return undefined;
      },
    },
  },
};

export default fault;
