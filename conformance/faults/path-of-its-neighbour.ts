import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const fault: Fault = {
  id: 'path-of-its-neighbour',
  requirement: 'MDT-RLY-027',
  role: 'relay',
  breaks: 'GetRegistration answers the path of another leaf of the batch',
  replaces: changedMethod(
    'reference/relay/batch-tree.ts',
    'BatchTrees',
    'path',
    (original, tools) => (first: number, size: number, index: number) => {
      if (size > 1) tools.fired();
      return original(first, size, (index + 1) % size);
    },
  ),
};

export default fault;
