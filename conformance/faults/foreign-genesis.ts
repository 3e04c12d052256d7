import type { Fault } from './fault.ts';
import { rewriteRecord, withMembers } from './ways/record.ts';

const fault: Fault = {
  id: 'foreign-genesis',
  requirement: 'MDT-DOC-017',
  breaks: '`chain.genesis` is that of another network',
  replaces: rewriteRecord((record) => withMembers(record, { chain: { genesis: '00'.repeat(31) + '6f' } })),
};

export default fault;
