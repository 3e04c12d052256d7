import type { Fault } from './fault.ts';
import { refusedAs } from './ways/log-resources.ts';

const fault: Fault = {
  id: 'no-canary-before-birth',
  requirement: 'MDT-STA-019',
  breaks: 'before it is born it answers over HTTP that there is no STATUS',
  replaces: refusedAs('status', 'MDT_NOT_READY', 'MDT_NOT_FOUND'),
};

export default fault;
