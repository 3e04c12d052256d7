import type { Fault } from './fault.ts';
import { rewriteRecord, withMembers } from './ways/record.ts';

const fault: Fault = {
  id: 'born-before-its-block',
  requirement: 'MDT-DOC-016',
  breaks: '`created` is earlier than the freshness block',
  also: [{ requirement: 'MDT-TGT-011', reason: '`created` is also what shows the clock' }],
  replaces: rewriteRecord((record) => withMembers(record, { created: '2009-01-03T18:15:05Z' })),
};

export default fault;
