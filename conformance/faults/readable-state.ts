import type { Fault } from './fault.ts';
import { rewriteMode } from './ways/kept.ts';

const fault: Fault = {
  id: 'readable-state',
  requirement: 'MDT-SEC-004',
  breaks: 'every user may read the state file',
  replaces: rewriteMode(0o644),
};

export default fault;
