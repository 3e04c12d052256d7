import type { Fault } from './fault.ts';
import { changedAnswer } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'deaf-to-from-height',
  requirement: 'MDT-RLY-005',
  role: 'relay',
  breaks: 'GetHeaders begins at block 1 whatever from_height says',
  replaces: changedAnswer('headers', (ask, tools) => async (asked) => {
    if (asked.fromHeight > 1) tools.fired();
    return ask({ ...asked, fromHeight: 0 });
  }),
};

export default fault;
