import type { Fault } from './fault.ts';
import { rewriteHosted } from './ways/hosted.ts';

const fault: Fault = {
  id: 'position-of-the-coinbase',
  requirement: 'MDT-PRF-003',
  breaks: 'the proof leads from the place of the coinbase',
  replaces: rewriteHosted((hosted) => {
    hosted.anchor.proof.position = 0;
  }),
};

export default fault;
