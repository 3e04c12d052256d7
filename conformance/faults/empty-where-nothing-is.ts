import type { Fault } from './fault.ts';
import { forgiving } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'empty-where-nothing-is',
  requirement: 'MDT-RLY-013',
  role: 'relay',
  breaks: 'a lineage that the relay does not know is answered as an empty one',
  replaces: forgiving('lineageProof', /^MDT_NOT_FOUND$/, () => ({ lineage: undefined })),
};

export default fault;
