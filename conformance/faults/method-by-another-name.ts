import type { Fault } from './fault.ts';
import { rewriteCode } from './ways/problem.ts';

const fault: Fault = {
  id: 'method-by-another-name',
  requirement: 'MDT-HST-016',
  breaks: 'a method that there is not is said to be a resource that is not there',
  also: [{ requirement: 'MDT-HST-009', reason: 'that code has another status than the answer' }],
  replaces: rewriteCode('MDT_METHOD', 'MDT_NOT_FOUND'),
};

export default fault;
