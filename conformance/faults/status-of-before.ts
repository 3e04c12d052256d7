import type { Fault } from './fault.ts';
import { changedStatus } from './ways/status.ts';

const fault: Fault = {
  id: 'status-of-before',
  requirement: 'MDT-STA-004',
  breaks: 'under a successor a STATUS names the first record',
  also: [{ requirement: 'MDT-STA-007', reason: 'under that record the codes have triggered' }],
  replaces: changedStatus(({ entityId, record }) => (record === entityId ? undefined : { record: entityId })),
};

export default fault;
