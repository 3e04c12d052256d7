import type { EstimateFeeResponse } from '../../reference/gen/proto/milagro/trust/v1/relay.ts';
import type { Fault } from './fault.ts';
import { changedAnswer } from './ways/relay-answer.ts';

let before: EstimateFeeResponse | undefined;

const fault: Fault = {
  id: 'answers-of-before',
  requirement: 'MDT-RLY-033',
  role: 'relay',
  breaks: 'while the node is away EstimateFee answers what it answered before',
  replaces: changedAnswer('fee', (ask, tools) => async (asked) => {
    try {
      before = await ask(asked);
      return before;
    } catch (error) {
      if (!before) throw error;
      tools.fired();
      return before;
    }
  }),
};

export default fault;
