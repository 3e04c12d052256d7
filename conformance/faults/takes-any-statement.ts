import type { Fault } from './fault.ts';
import { forgiving } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'takes-any-statement',
  requirement: 'MDT-RLY-020',
  role: 'relay',
  breaks: 'a statement with a member that nobody knows is taken',
  replaces: forgiving('register', /^MDT_UNKNOWN_MEMBER$/, () => ({ registrationId: Buffer.alloc(32, 2) })),
};

export default fault;
