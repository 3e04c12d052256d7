import type { Fault } from './fault.ts';
import { rewriteRecord, withMembers } from './ways/record.ts';

const fault: Fault = {
  id: 'spec-of-tomorrow',
  requirement: 'MDT-DOC-006',
  breaks: '`spec` is 1.1',
  also: [
    { requirement: 'MDT-REC-001', reason: 'the record is not valid against its schema' },
    { requirement: 'MDT-HST-001', reason: 'nor is the envelope that carries it' },
  ],
  replaces: rewriteRecord((record) => withMembers(record, { spec: '1.1' })),
};

export default fault;
