import type { Fault } from './fault.ts';
import { changedAnswer, codeOf } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'reason-of-its-own',
  requirement: 'MDT-RLY-018',
  role: 'relay',
  breaks: "a refused transaction is answered with a reason that is none of the node's",
  replaces: changedAnswer('broadcast', (ask, tools) => async (asked) => {
    try {
      return await ask(asked);
    } catch (error) {
      if (codeOf(error) !== 'MDT_TX_REFUSED') throw error;
      tools.fired();
      throw Object.assign(error as Error, { rejectReason: 'not today' });
    }
  }),
};

export default fault;
