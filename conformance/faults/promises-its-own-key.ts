import type { Fault } from './fault.ts';
import { rewriteSucceedingSecrets } from './ways/successor.ts';

const fault: Fault = {
  id: 'promises-its-own-key',
  requirement: 'MDT-REC-008',
  breaks: 'a successor promises the key that it is signed by: whoever steals that takes the lineage over',
  replaces: rewriteSucceedingSecrets((secrets) => ({ ...secrets, next_anchor: secrets.anchor })),
};

export default fault;
