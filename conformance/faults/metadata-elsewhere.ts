import type { Fault } from './fault.ts';
import { rewriteRecord, withMembers } from './ways/record.ts';

const fault: Fault = {
  id: 'metadata-elsewhere',
  requirement: 'MDT-REC-007',
  breaks: 'the record names another place of the metadata',
  replaces: rewriteRecord((record) =>
    withMembers(record, { services: { metadata: 'http://127.0.0.1:1/.well-known/milagro-dta' } }),
  ),
};

export default fault;
