import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'successor-waits',
  requirement: 'MDT-LIN-020',
  breaks: 'a SUCCESSOR waits behind a heartbeat',
  also: [{ requirement: 'MDT-STA-014', reason: 'so does what has triggered' }],
  replaces: {
    'reference/chain/lineage/lineage-book.ts': {
      isUrgent: (_original: unknown, tools: Tools) => () => {
        tools.fired();
        return false;
      },
    },
  },
};

export default fault;
