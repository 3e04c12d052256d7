import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const fault: Fault = {
  id: 'entry-for-another',
  requirement: 'MDT-LOG-035',
  breaks: 'an entry is made for another subject than the one that was served',
  replaces: changedMethod(
    'reference/log/activity-log.ts',
    'ActivityLog',
    'append',
    (original, tools) => (act: { subject: string }) => {
      tools.fired();
      return original({ ...act, subject: act.subject.split('').reverse().join('') });
    },
  ),
};

export default fault;
