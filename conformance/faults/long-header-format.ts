import type { Fault } from './fault.ts';
import { rewriteRecord, withMembers } from './ways/record.ts';

const fault: Fault = {
  id: 'long-header-format',
  requirement: 'MDT-DOC-019',
  breaks: '`header_format` is that of the fork with 164-octet headers',
  also: [
    { requirement: 'MDT-REC-001', reason: 'the record is not valid against its schema' },
    { requirement: 'MDT-HST-001', reason: 'nor is the envelope that carries it' },
  ],
  replaces: rewriteRecord((record) => withMembers(record, { chain: { header_format: 'sha256d-164' } })),
};

export default fault;
