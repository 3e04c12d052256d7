import type { Fault } from './fault.ts';
import { rewriteRecord, withMembers } from './ways/record.ts';

const fault: Fault = {
  id: 'policy-of-its-own',
  requirement: 'MDT-REC-013',
  breaks: 'the record states a longer log period than the configured one',
  replaces: rewriteRecord((record) => withMembers(record, { policy: { log_period_seconds: 7200 } })),
};

export default fault;
