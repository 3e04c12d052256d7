import type { Fault } from './fault.ts';
import { changedAnswer } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'headers-after-the-last-known',
  requirement: 'MDT-RLY-005',
  role: 'relay',
  breaks: 'GetHeaders goes on from the last of the known blocks that it has, and not from the first',
  replaces: changedAnswer('headers', (ask, tools) => async (asked) => {
    if (asked.known.length > 1) tools.fired();
    return ask({ ...asked, known: asked.known.toReversed() });
  }),
};

export default fault;
