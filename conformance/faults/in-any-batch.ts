import type { Fault } from './fault.ts';
import { shrugsAt } from './ways/shrug.ts';

const fault: Fault = {
  id: 'in-any-batch',
  requirement: 'MDT-PAT-106',
  role: 'pat',
  breaks: 'a signature of its own is proven by a batch that it is not in',
  replaces: shrugsAt('MDT_PAT_BATCH'),
};

export default fault;
