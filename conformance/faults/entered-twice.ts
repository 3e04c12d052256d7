import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const fault: Fault = {
  id: 'entered-twice',
  requirement: 'MDT-LOG-035',
  breaks: 'with each act another one is entered, which nobody has done',
  replaces: changedMethod(
    'reference/log/activity-log.ts',
    'ActivityLog',
    'append',
    (original, tools) => async (act: object) => {
      const own = original(act);
      tools.fired();
      await original({ ...act, subject: '77'.repeat(32) });
      return own;
    },
  ),
};

export default fault;
