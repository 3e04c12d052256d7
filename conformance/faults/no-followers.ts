import type { Fault } from './fault.ts';
import { rewriteHosted } from './ways/hosted.ts';

const fault: Fault = {
  id: 'no-followers',
  requirement: 'MDT-PRF-005',
  breaks: 'no header follows',
  replaces: rewriteHosted((hosted) => {
    hosted.anchor.proof.following_headers = [];
  }),
};

export default fault;
