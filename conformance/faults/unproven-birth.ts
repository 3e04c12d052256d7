import type { Fault } from './fault.ts';
import { rewriteHosted } from './ways/hosted.ts';

const fault: Fault = {
  id: 'unproven-birth',
  requirement: 'MDT-PRF-007',
  breaks: 'the link that is proven is not the BIRTH',
  replaces: rewriteHosted((hosted) => {
    hosted.lineage.proofs[0].link = 1;
  }),
};

export default fault;
