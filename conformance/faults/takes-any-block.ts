import type { Fault } from './fault.ts';
import { forgiving } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'takes-any-block',
  requirement: 'MDT-RLY-022',
  role: 'relay',
  breaks: 'a statement is taken whose freshness block is young or in no chain',
  replaces: forgiving('register', /^MDT_FRESHNESS$/, () => ({ registrationId: Buffer.alloc(32, 2) })),
};

export default fault;
