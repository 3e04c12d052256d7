import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const fault: Fault = {
  id: 'slow-heartbeat',
  requirement: 'MDT-LOG-026',
  breaks: 'a root is anchored each two and a half anchor periods',
  replaces: changedMethod(
    'reference/log/period-roots.ts',
    'PeriodRoots',
    'dueAnchor',
    (original, tools) => (queue: unknown, seconds: number) => {
      tools.fired();
      return original(queue, seconds * 2.5);
    },
  ),
};

export default fault;
