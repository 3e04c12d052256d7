import type { Fault } from './fault.ts';
import { changedAnswer } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'unspent-without-one',
  requirement: 'MDT-RLY-015',
  role: 'relay',
  breaks: 'ListUnspent leaves out the first of several outputs',
  replaces: changedAnswer('unspent', (ask, tools) => async (asked) => {
    const { outputs } = await ask(asked);
    if (outputs.length < 2) return { outputs };
    tools.fired();
    return { outputs: outputs.slice(1) };
  }),
};

export default fault;
