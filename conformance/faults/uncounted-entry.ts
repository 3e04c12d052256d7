import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const fault: Fault = {
  id: 'uncounted-entry',
  requirement: 'MDT-LOG-017',
  breaks: 'a root leaves out the newest entry of its period',
  replaces: changedMethod(
    'reference/log/activity-log.ts',
    'ActivityLog',
    'closeAt',
    (original, tools) =>
      async function (this: { entries: { root(size: number): Uint8Array } }, until: number) {
        const tree = (await original(until)) as { size: number };
        if (tree.size < 2) return tree;
        tools.fired();
        const size = tree.size - 1;
        return { size, root: Buffer.from(this.entries.root(size)).toString('hex') };
      },
  ),
};

export default fault;
