import type { Fault } from './fault.ts';
import { shrugsAt } from './ways/shrug.ts';

const fault: Fault = {
  id: 'by-any-payload',
  requirement: 'MDT-PAT-105',
  role: 'pat',
  breaks: 'a signature of its own is proven by a transaction that carries another',
  replaces: shrugsAt('MDT_PAT_ANCHOR'),
};

export default fault;
