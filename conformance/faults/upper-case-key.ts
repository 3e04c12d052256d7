import type { Fault } from './fault.ts';
import { rewriteRecord } from './ways/record.ts';

const fault: Fault = {
  id: 'upper-case-key',
  requirement: 'MDT-DOC-004',
  breaks: 'the log key is written in upper case',
  also: [
    { requirement: 'MDT-REC-001', reason: 'the record is not valid against its schema' },
    { requirement: 'MDT-HST-001', reason: 'nor is the envelope that carries it' },
  ],
  replaces: rewriteRecord((record) => {
    const keys = record['keys'] as { log: string };
    return { ...record, keys: { ...keys, log: keys.log.toUpperCase() } };
  }),
};

export default fault;
