import type { Fault } from './fault.ts';
import { rewriteHosted } from './ways/hosted.ts';

const fault: Fault = {
  id: 'no-coinbase-branch',
  requirement: 'MDT-PRF-004',
  breaks: 'the branch of the coinbase is left out',
  replaces: rewriteHosted((hosted) => {
    hosted.anchor.proof.coinbase_branch = [];
  }),
};

export default fault;
