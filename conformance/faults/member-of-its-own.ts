import type { Fault } from './fault.ts';
import { rewriteRecord, withMembers } from './ways/record.ts';

const fault: Fault = {
  id: 'member-of-its-own',
  requirement: 'MDT-DOC-007',
  breaks: 'the record has a member that the specification does not define',
  also: [
    { requirement: 'MDT-REC-001', reason: 'the record is not valid against its schema' },
    { requirement: 'MDT-HST-001', reason: 'nor is the envelope that carries it' },
  ],
  replaces: rewriteRecord((record) => withMembers(record, { motto: 'trust us' })),
};

export default fault;
