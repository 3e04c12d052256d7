import type { Fault } from './fault.ts';
import { changedRoot } from './ways/root.ts';

const fault: Fault = {
  id: 'skips-a-period',
  requirement: 'MDT-LOG-020',
  breaks: 'a period without entries is left out',
  also: [
    { requirement: 'MDT-LOG-021', reason: 'the one that is taken in its place has not ended' },
    { requirement: 'MDT-LOG-017', reason: 'entries come before it has' },
  ],
  replaces: changedRoot(({ before, period, tree }) => {
    const length = period.end - period.start;
    const isEmpty = before !== undefined && before.document.tree_size === tree.size;
    return isEmpty ? { period: { start: period.start + length, end: period.end + length } } : undefined;
  }),
};

export default fault;
