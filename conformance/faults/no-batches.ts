import type { Fault } from './fault.ts';
import { changedTerms } from './ways/relay-terms.ts';

/** By its number in RegistrationMode. */
const DIRECT = 1;

const fault: Fault = {
  id: 'no-batches',
  requirement: 'MDT-RLY-003',
  role: 'relay',
  breaks: 'the terms leave BATCHED out',
  replaces: changedTerms(() => ({ modes: [DIRECT] })),
};

export default fault;
