import type { Fault } from './fault.ts';
import { rewriteHosted } from './ways/hosted.ts';

const fault: Fault = {
  id: 'witnessed-lineage',
  requirement: 'MDT-PRF-006',
  breaks: 'the lineage lists transactions with their witness',
  replaces: rewriteHosted((hosted) => {
    hosted.lineage.transactions = [hosted.anchor.proof.transaction];
  }),
};

export default fault;
