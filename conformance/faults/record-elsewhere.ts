import type { Fault } from './fault.ts';
import { rewriteRecord, withMembers } from './ways/record.ts';

const fault: Fault = {
  id: 'record-elsewhere',
  requirement: 'MDT-REC-006',
  breaks: 'the record names another place than its own',
  replaces: rewriteRecord((record) =>
    withMembers(record, { services: { birth_record: 'http://127.0.0.1:1/.well-known/milagro-birth-record' } }),
  ),
};

export default fault;
