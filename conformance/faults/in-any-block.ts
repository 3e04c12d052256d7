import type { Fault } from './fault.ts';
import { shrugsAt } from './ways/shrug.ts';

const fault: Fault = {
  id: 'in-any-block',
  requirement: 'MDT-CHN-109',
  role: 'pat',
  breaks: 'a signature of its own is proven by a block that its relay has made',
  replaces: shrugsAt('MDT_NOT_IN_CHAIN'),
};

export default fault;
