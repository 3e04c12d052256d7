import type { Fault } from './fault.ts';
import { rewriteMode } from './ways/kept.ts';

const fault: Fault = {
  id: 'state-for-a-group',
  requirement: 'MDT-SEC-004',
  breaks: 'the group may read the state file',
  replaces: rewriteMode(0o640),
};

export default fault;
