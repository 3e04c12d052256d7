import type { Fault } from './fault.ts';
import { BATCHED, batchesDue } from './ways/batches-due.ts';

const fault: Fault = {
  id: 'batch-at-once',
  requirement: 'MDT-RLY-025',
  role: 'relay',
  breaks: 'a batch is handed over when a registration comes, and not when a block does',
  also: [{ requirement: 'MDT-RLY-026', reason: 'there are as many between two blocks as registrations came' }],
  replaces: batchesDue((_, store) => store.lastOf(BATCHED)),
};

export default fault;
