import type { Fault } from './fault.ts';
import { rewriteSucceedingSecrets } from './ways/successor.ts';

const fault: Fault = {
  id: 'promises-its-status-key',
  requirement: 'MDT-REC-008',
  breaks: 'a successor promises its status key, which is kept elsewhere for another purpose',
  replaces: rewriteSucceedingSecrets((secrets) => ({ ...secrets, next_anchor: secrets.status })),
};

export default fault;
