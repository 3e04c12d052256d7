import type { Fault } from './fault.ts';
import { rewriteHosted } from './ways/hosted.ts';

const fault: Fault = {
  id: 'silent-end',
  requirement: 'MDT-RET-002',
  breaks: 'the record is hosted without the end that was declared',
  replaces: rewriteHosted((hosted) => {
    delete hosted.retirement;
  }),
};

export default fault;
