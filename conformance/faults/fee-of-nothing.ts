import type { Fault } from './fault.ts';
import { changedAnswer } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'fee-of-nothing',
  requirement: 'MDT-RLY-016',
  role: 'relay',
  breaks: 'EstimateFee answers a rate below the least',
  replaces: changedAnswer('fee', (ask, tools) => async (asked) => {
    tools.fired();
    return { ...(await ask(asked)), satPerKvb: 1n };
  }),
};

export default fault;
