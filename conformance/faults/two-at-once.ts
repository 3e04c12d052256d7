import type { Fault } from './fault.ts';
import { anchorOnceMore } from './ways/one-more-anchor.ts';

const fault: Fault = {
  id: 'two-at-once',
  requirement: 'MDT-LIN-015',
  breaks: 'upon a SUCCESSOR that waits another anchor is made at once',
  replaces: anchorOnceMore('SUCCESSOR', 1),
};

export default fault;
