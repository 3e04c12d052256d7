import type { Fault } from './fault.ts';
import { rewriteHosted } from './ways/hosted.ts';

const fault: Fault = {
  id: 'signature-of-a-predecessor',
  requirement: 'MDT-REC-019',
  breaks: 'a predecessor is shown with the signature of the record in force',
  replaces: rewriteHosted((hosted) => {
    if (hosted.predecessors) hosted.predecessors[0].signature = hosted.signature;
  }),
};

export default fault;
