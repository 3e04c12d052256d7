import type { Fault } from './fault.ts';
import { changedAnswer } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'one-confirmation-too-many',
  requirement: 'MDT-RLY-012',
  role: 'relay',
  breaks: 'GetTransactionStatus counts the block that comes next',
  replaces: changedAnswer('status', (ask, tools) => async (asked) => {
    const answer = await ask(asked);
    if (answer.confirmations === 0) return answer;
    tools.fired();
    return { ...answer, confirmations: answer.confirmations + 1 };
  }),
};

export default fault;
