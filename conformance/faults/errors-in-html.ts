import type { Fault } from './fault.ts';
import { rewriteHeaders } from './ways/response.ts';

const fault: Fault = {
  id: 'errors-in-html',
  requirement: 'MDT-HST-009',
  breaks: 'errors say that they are HTML',
  replaces: rewriteHeaders((headers) => {
    const isProblem = headers.get('content-type') === 'application/problem+json';
    if (isProblem) headers.set('content-type', 'text/html');
    return isProblem;
  }),
};

export default fault;
