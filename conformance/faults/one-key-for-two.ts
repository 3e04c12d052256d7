import type { Fault } from './fault.ts';
import { rewriteRecord } from './ways/record.ts';

const fault: Fault = {
  id: 'one-key-for-two',
  requirement: 'MDT-REC-008',
  breaks: 'the status key, which is kept off line, is the anchor key',
  replaces: rewriteRecord((record) => {
    const keys = record['keys'] as { anchor: string };
    return { ...record, keys: { ...keys, status: keys.anchor } };
  }),
};

export default fault;
