import type { Fault } from './fault.ts';
import { rewriteSuccessor } from './ways/successor.ts';

const fault: Fault = {
  id: 'previous-of-nobody',
  requirement: 'MDT-REC-015',
  breaks: 'previous of a successor is the digest of no record',
  replaces: rewriteSuccessor(({ succeeds, ...others }) => ({
    ...others,
    ...(succeeds && { succeeds: { ...succeeds, previous: '5a'.repeat(32) } }),
  })),
};

export default fault;
