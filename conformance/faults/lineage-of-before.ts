import type { Fault } from './fault.ts';
import { asAtFirst } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'lineage-of-before',
  requirement: 'MDT-RLY-011',
  role: 'relay',
  breaks: 'GetLineageProof of a lineage is answered as it was at first, with what a reorganisation took out too',
  replaces: asAtFirst('lineageProof'),
};

export default fault;
