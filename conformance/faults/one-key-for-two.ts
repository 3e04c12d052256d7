import type { Fault } from './fault.ts';
import { rewriteRecord } from './ways/record.ts';

const fault: Fault = {
  id: 'one-key-for-two',
  requirement: 'MDT-REC-008',
  breaks: 'the status key, which is kept off line, is the anchor key',
  also: [
    {
      requirement: 'MDT-TGT-001',
      reason: 'in a later life it holds the keys that it is given against its record, and ends',
    },
    { requirement: 'MDT-TGT-005', reason: 'as MDT-TGT-001' },
  ],
  replaces: rewriteRecord((record) => {
    const keys = record['keys'] as { anchor: string };
    return { ...record, keys: { ...keys, status: keys.anchor } };
  }),
};

export default fault;
