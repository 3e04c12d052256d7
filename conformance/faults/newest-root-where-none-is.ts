import type { Fault } from './fault.ts';
import { newestWhereNoneIs } from './ways/log-calls.ts';

const fault: Fault = {
  id: 'newest-root-where-none-is',
  requirement: 'MDT-LOG-028',
  breaks: 'GetActivityRoot answers the newest root for a number that no root has',
  replaces: newestWhereNoneIs('getActivityRoot'),
};

export default fault;
