import type { Fault } from './fault.ts';
import { goneAfterTheEnd } from './ways/log-resources.ts';

const fault: Fault = {
  id: 'canary-gone-after-the-end',
  requirement: 'MDT-STA-010',
  breaks: 'an entity that has retired serves no STATUS',
  shows: ['retired'],
  replaces: goneAfterTheEnd('status'),
};

export default fault;
