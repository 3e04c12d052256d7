import type { Fault } from './fault.ts';
import { keptForEver } from './ways/log-resources.ts';

const fault: Fault = {
  id: 'cached-status',
  requirement: 'MDT-STA-011',
  breaks: 'a cache may keep the newest STATUS for ever',
  replaces: keptForEver('status', '/status'),
};

export default fault;
