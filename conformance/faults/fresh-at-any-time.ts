import type { Fault } from './fault.ts';
import { shrugsAt } from './ways/shrug.ts';

const fault: Fault = {
  id: 'fresh-at-any-time',
  requirement: 'MDT-VER-107',
  role: 'pat',
  breaks: 'a signature of its own is proven whose statement names a block of no chain',
  replaces: shrugsAt('MDT_FRESHNESS'),
};

export default fault;
