import type { Fault } from './fault.ts';
import { BATCHED, batchesDue } from './ways/batches-due.ts';

const fault: Fault = {
  id: 'batch-of-each',
  requirement: 'MDT-RLY-026',
  role: 'relay',
  breaks: 'when a block comes each registration gets a batch of its own',
  also: [
    { requirement: 'MDT-RLY-025', reason: 'a batch holds one of those that came before the block' },
    { requirement: 'MDT-RLY-027', reason: 'they are made one after the other, and of the last there is none yet' },
    { requirement: 'MDT-RLY-029', reason: 'nor does it come into the mempool before the next block' },
  ],
  replaces: batchesDue((due, store) => Math.min(due, store.lastPaid(BATCHED) + 1)),
};

export default fault;
