import type { Fault } from './fault.ts';
import { changedRoot } from './ways/root.ts';

const fault: Fault = {
  id: 'root-of-another-tree',
  requirement: 'MDT-LOG-018',
  breaks: 'a root is that of no tree',
  also: [{ requirement: 'MDT-LOG-009', reason: 'it is none that a later tree continues' }],
  replaces: changedRoot(({ tree }) => ({ tree: { ...tree, root: tree.root.split('').reverse().join('') } })),
};

export default fault;
