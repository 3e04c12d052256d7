import type { Fault } from './fault.ts';
import { rewriteCode } from './ways/problem.ts';

const fault: Fault = {
  id: 'missing-by-another-name',
  requirement: 'MDT-HST-018',
  breaks: 'what is not there is said to be a point of no curve',
  also: [{ requirement: 'MDT-HST-009', reason: 'that code has another status than the answer' }],
  replaces: rewriteCode('MDT_NOT_FOUND', 'MDT_BLS_POINT'),
};

export default fault;
