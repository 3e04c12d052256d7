import type { Fault } from './fault.ts';
import { rewriteRecord, withMembers } from './ways/record.ts';

const fault: Fault = {
  id: 'relay-elsewhere',
  requirement: 'MDT-RLY-001',
  role: 'relay',
  breaks: 'services.relay names another port than that at which the relay serves',
  replaces: rewriteRecord((record) => withMembers(record, { services: { relay: '127.0.0.1:1' } })),
};

export default fault;
