import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const fault: Fault = {
  id: 'tells-nobody',
  requirement: 'MDT-STA-014',
  breaks: 'a STATUS by which a code triggered is not anchored',
  replaces: changedMethod('reference/log/canary.ts', 'Canary', 'alarms', (_original, tools) => () => {
    tools.fired();
    return [];
  }),
};

export default fault;
