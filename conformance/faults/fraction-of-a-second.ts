import type { Fault } from './fault.ts';
import { rewriteRecord, withMembers } from './ways/record.ts';

const fault: Fault = {
  id: 'fraction-of-a-second',
  requirement: 'MDT-DOC-003',
  breaks: '`created` has milliseconds',
  also: [
    { requirement: 'MDT-REC-001', reason: 'the record is not valid against its schema' },
    { requirement: 'MDT-HST-001', reason: 'nor is the envelope that carries it' },
  ],
  replaces: rewriteRecord((record) =>
    withMembers(record, { created: String(record['created']).replace('Z', '.000Z') }),
  ),
};

export default fault;
