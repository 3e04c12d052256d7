import type { Fault } from './fault.ts';
import { goneAfterTheEnd } from './ways/log-resources.ts';

const fault: Fault = {
  id: 'log-gone-after-the-end',
  requirement: 'MDT-LOG-007',
  breaks: 'an entity that has retired serves nothing of its log',
  also: [
    { requirement: 'MDT-LOG-010', reason: 'tiles are of the log' },
    { requirement: 'MDT-LOG-022', reason: 'so are roots' },
  ],
  shows: ['retired'],
  replaces: goneAfterTheEnd('log'),
};

export default fault;
