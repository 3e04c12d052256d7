import type { Fault } from './fault.ts';
import { anchorOnceMore } from './ways/one-more-anchor.ts';

const fault: Fault = {
  id: 'after-the-end',
  requirement: 'MDT-LIN-019',
  breaks: 'a STATUS is anchored upon the RETIRE',
  also: [
    { requirement: 'MDT-RET-002', reason: 'it takes its lineage for stolen, and shows no end' },
    { requirement: 'MDT-PRF-007', reason: 'as MDT-RET-002' },
    { requirement: 'MDT-PRF-006', reason: 'it shows no link that is not its own' },
  ],
  replaces: anchorOnceMore('RETIRE', 0),
};

export default fault;
