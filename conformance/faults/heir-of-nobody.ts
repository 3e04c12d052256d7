import type { Fault } from './fault.ts';
import { rewriteRecord, withMembers } from './ways/record.ts';

const fault: Fault = {
  id: 'heir-of-nobody',
  requirement: 'MDT-REC-012',
  breaks: 'a first record names an entity and a predecessor',
  also: [{ requirement: 'MDT-TGT-004', reason: 'it calls itself by the name that its record gives' }],
  replaces: rewriteRecord((record) => withMembers(record, { entity_id: '11'.repeat(32), previous: '22'.repeat(32) })),
};

export default fault;
