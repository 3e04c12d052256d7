import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const fault: Fault = {
  id: 'no-heartbeat',
  requirement: 'MDT-LOG-026',
  breaks: 'no root is anchored',
  replaces: changedMethod('reference/log/period-roots.ts', 'PeriodRoots', 'dueAnchor', (_original, tools) => () => {
    tools.fired();
  }),
};

export default fault;
