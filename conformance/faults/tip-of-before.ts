import type { Fault } from './fault.ts';
import { changedAnswer } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'tip-of-before',
  requirement: 'MDT-RLY-004',
  role: 'relay',
  breaks: 'GetTip answers the header of the tip with the height below it',
  replaces: changedAnswer('tip', (ask, tools) => async (asked) => {
    tools.fired();
    const { height, header } = await ask(asked);
    return { height: height - 1, header };
  }),
};

export default fault;
