import type { Fault } from './fault.ts';
import { rewriteRecord, withMembers } from './ways/record.ts';

const fault: Fault = {
  id: 'identity-master-key',
  requirement: 'MDT-REC-010',
  breaks: 'the master public key is the point at infinity',
  replaces: rewriteRecord((record) => withMembers(record, { master_public_key: `c0${'00'.repeat(95)}` })),
};

export default fault;
