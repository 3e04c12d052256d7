import type { Fault } from './fault.ts';
import { newestWhereNoneIs } from './ways/log-calls.ts';

const fault: Fault = {
  id: 'newest-status-where-none-is',
  requirement: 'MDT-STA-015',
  breaks: 'GetStatus answers the newest STATUS for a number that no STATUS has',
  replaces: newestWhereNoneIs('getStatus'),
};

export default fault;
