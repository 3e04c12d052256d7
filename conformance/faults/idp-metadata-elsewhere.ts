import type { Fault } from './fault.ts';
import { rewriteRecord, withMembers } from './ways/record.ts';

const fault: Fault = {
  id: 'idp-metadata-elsewhere',
  requirement: 'MDT-REC-014',
  role: 'idp',
  breaks: 'the record names another place of the metadata',
  replaces: rewriteRecord((record) =>
    withMembers(record, { services: { metadata: 'http://127.0.0.1:1/.well-known/openid-configuration' } }),
  ),
};

export default fault;
