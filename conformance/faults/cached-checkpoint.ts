import type { Fault } from './fault.ts';
import { keptForEver } from './ways/log-resources.ts';

const fault: Fault = {
  id: 'cached-checkpoint',
  requirement: 'MDT-LOG-032',
  breaks: 'a cache may keep the checkpoint for ever',
  replaces: keptForEver('log', '/checkpoint'),
};

export default fault;
