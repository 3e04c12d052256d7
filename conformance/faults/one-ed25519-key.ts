import type { Fault } from './fault.ts';
import { rewriteRecord } from './ways/record.ts';

const fault: Fault = {
  id: 'one-ed25519-key',
  requirement: 'MDT-REC-009',
  breaks: 'the directory key is the log key',
  replaces: rewriteRecord((record) => {
    const keys = record['keys'] as { log: string };
    return { ...record, keys: { ...keys, directory: keys.log } };
  }),
};

export default fault;
