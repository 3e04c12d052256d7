import type { Fault } from './fault.ts';
import { asAtFirst } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'proof-of-an-old-block',
  requirement: 'MDT-RLY-010',
  role: 'relay',
  breaks: 'GetAnchorProof of an anchor is answered as it was at first, from a block that a reorganisation took out too',
  replaces: asAtFirst('anchorProof'),
};

export default fault;
