import type { Fault } from './fault.ts';
import { changedAnswer } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'proof-left-out',
  requirement: 'MDT-RLY-028',
  role: 'relay',
  breaks: 'GetRegistration says where a registration is and does not prove it',
  replaces: changedAnswer('registration', (ask, tools) => async (asked) => {
    const answer = await ask(asked);
    if (answer.proof) tools.fired();
    return { ...answer, proof: undefined };
  }),
};

export default fault;
