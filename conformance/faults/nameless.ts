import type { Fault } from './fault.ts';
import { rewriteRecord, withMembers } from './ways/record.ts';

const fault: Fault = {
  id: 'nameless',
  requirement: 'MDT-REC-001',
  breaks: 'the record has an empty name',
  also: [{ requirement: 'MDT-HST-001', reason: 'nor is the envelope that carries it' }],
  replaces: rewriteRecord((record) => withMembers(record, { name: '' })),
};

export default fault;
