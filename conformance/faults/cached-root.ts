import type { Fault } from './fault.ts';
import { keptForEver } from './ways/log-resources.ts';

const fault: Fault = {
  id: 'cached-root',
  requirement: 'MDT-LOG-032',
  breaks: 'a cache may keep the newest root for ever',
  replaces: keptForEver('log', '/root'),
};

export default fault;
