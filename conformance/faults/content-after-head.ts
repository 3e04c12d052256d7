import type { Fault } from './fault.ts';
import { rewriteHead } from './ways/head.ts';

const fault: Fault = {
  id: 'content-after-head',
  requirement: 'MDT-HST-017',
  breaks: 'an answer to HEAD has content',
  replaces: rewriteHead((response) => {
    response.flushHeaders();
    response.socket?.write('content');
  }),
};

export default fault;
