import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'any-input-continues',
  requirement: 'MDT-RLY-008',
  role: 'relay',
  breaks: 'an anchor continues a lineage by whichever of its inputs',
  also: [
    { requirement: 'MDT-RLY-009', reason: 'a BIRTH is named for what is no member' },
    { requirement: 'MDT-RLY-011', reason: 'the lineage is proven with it' },
  ],
  replaces: {
    'reference/relay/block-reading.ts': {
      spentContinuations:
        (original: (transaction: object) => { input: number }[], tools: Tools) => (transaction: object) => {
          const spent = original(transaction);
          if (spent.some(({ input }) => input > 0)) tools.fired();
          for (const each of spent) each.input = 0;
          return spent;
        },
    },
  },
};

export default fault;
