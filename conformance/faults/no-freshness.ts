import type { Fault } from './fault.ts';
import { rewriteRecord } from './ways/record.ts';

const fault: Fault = {
  id: 'no-freshness',
  requirement: 'MDT-DOC-005',
  breaks: 'the record says nothing of its freshness',
  also: [
    { requirement: 'MDT-REC-001', reason: 'the record is not valid against its schema' },
    { requirement: 'MDT-HST-001', reason: 'nor is the envelope that carries it' },
  ],
  replaces: rewriteRecord(({ freshness: _freshness, ...record }) => record),
};

export default fault;
