import type { Fault } from './fault.ts';
import { rewriteRecord, withMembers } from './ways/record.ts';

const fault: Fault = {
  id: 'another-outpoint',
  requirement: 'MDT-LIN-001',
  breaks: '`lineage` names another outpoint than the BIRTH spends',
  replaces: rewriteRecord((record) => withMembers(record, { lineage: { txid: 'ab'.repeat(32) } })),
};

export default fault;
