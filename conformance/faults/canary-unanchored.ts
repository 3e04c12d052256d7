import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const fault: Fault = {
  id: 'canary-unanchored',
  requirement: 'MDT-STA-016',
  role: 'relay',
  breaks: 'no STATUS of a relay is anchored',
  replaces: changedMethod('reference/log/canary.ts', 'Canary', 'dueAnchor', (_original, tools) => () => {
    tools.fired();
    return undefined;
  }),
};

export default fault;
