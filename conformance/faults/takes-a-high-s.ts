import type { Fault } from './fault.ts';
import { forgiving } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'takes-a-high-s',
  requirement: 'MDT-RLY-021',
  role: 'relay',
  breaks: 'a signature with a high s is taken',
  replaces: forgiving('register', /^MDT_SIGNATURE_HIGH_S$/, () => ({ registrationId: Buffer.alloc(32, 2) })),
};

export default fault;
