import type { Fault } from './fault.ts';
import { refusedAs } from './ways/log-resources.ts';

const fault: Fault = {
  id: 'no-log-before-birth',
  requirement: 'MDT-LOG-033',
  breaks: 'before it is born it answers over HTTP that there is no log',
  replaces: refusedAs('log', 'MDT_NOT_READY', 'MDT_NOT_FOUND'),
};

export default fault;
