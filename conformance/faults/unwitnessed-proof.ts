import type { Fault } from './fault.ts';
import { rewriteHosted } from './ways/hosted.ts';

const fault: Fault = {
  id: 'unwitnessed-proof',
  requirement: 'MDT-PRF-001',
  breaks: 'the transaction of the proof is without its witness',
  replaces: rewriteHosted((hosted) => {
    hosted.anchor.proof.transaction = hosted.lineage.transactions[0];
  }),
};

export default fault;
