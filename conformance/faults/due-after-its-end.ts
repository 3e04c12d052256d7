import type { Fault } from './fault.ts';
import { changedStatus } from './ways/status.ts';

const fault: Fault = {
  id: 'due-after-its-end',
  requirement: 'MDT-STA-005',
  breaks: 'a STATUS expires before the next is due',
  replaces: changedStatus(({ expiresAfter }) => ({
    dueAfter: expiresAfter,
    expiresAfter: Math.floor(expiresAfter / 2),
  })),
};

export default fault;
