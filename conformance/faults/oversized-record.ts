import type { Fault } from './fault.ts';
import { rewriteRecord, withMembers } from './ways/record.ts';

const fault: Fault = {
  id: 'oversized-record',
  requirement: 'MDT-DOC-008',
  breaks: '`ext` makes the record larger than 16,384 octets',
  replaces: rewriteRecord((record) => withMembers(record, { ext: { essay: 'x'.repeat(17_000) } })),
};

export default fault;
