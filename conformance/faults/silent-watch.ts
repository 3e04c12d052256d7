import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const fault: Fault = {
  id: 'silent-watch',
  requirement: 'MDT-LOG-016',
  breaks: 'WatchCheckpoints sends one checkpoint and then nothing',
  replaces: changedMethod('reference/log/activity-log.ts', 'ActivityLog', 'onGrowth', (_original, tools) => () => {
    tools.fired();
  }),
};

export default fault;
