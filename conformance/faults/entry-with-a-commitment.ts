import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const fault: Fault = {
  id: 'entry-with-a-commitment',
  requirement: 'MDT-LOG-035',
  breaks: 'a test entry has a commitment, to something that nobody has asked for',
  replaces: changedMethod(
    'reference/log/activity-log.ts',
    'ActivityLog',
    'append',
    (original, tools) => (act: object) => {
      tools.fired();
      return original({ ...act, commitment: '5e'.repeat(32) });
    },
  ),
};

export default fault;
