import type { Fault } from './fault.ts';
import { rewritePayload } from './ways/successor.ts';

const fault: Fault = {
  id: 'anchor-of-another-entity',
  requirement: 'MDT-ANC-007',
  breaks: 'a SUCCESSOR and a RETIRE name another entity',
  replaces: rewritePayload(['SUCCESSOR', 'RETIRE'], (payload) => ({ ...payload, entityId: new Uint8Array(32) })),
};

export default fault;
