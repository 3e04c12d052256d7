import type { Fault } from './fault.ts';
import { shrugsAt } from './ways/shrug.ts';

const fault: Fault = {
  id: 'of-any-place',
  requirement: 'MDT-LOC-102',
  role: 'pat',
  breaks: 'a signature of its own is said to be in another transaction than the one that is proven',
  replaces: shrugsAt('MDT_LOCATOR'),
};

export default fault;
