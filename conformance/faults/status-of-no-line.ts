import type { Fault } from './fault.ts';
import { changedStatus } from './ways/status.ts';

const fault: Fault = {
  id: 'status-of-no-line',
  requirement: 'MDT-STA-003',
  breaks: 'a STATUS names another one before it',
  replaces: changedStatus(
    ({ before }) => (before ? {} : undefined),
    (document) => ({ ...document, previous: document.previous.split('').reverse().join('') }),
  ),
};

export default fault;
