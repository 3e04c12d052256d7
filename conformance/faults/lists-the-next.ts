import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const fault: Fault = {
  id: 'lists-the-next',
  requirement: 'MDT-LOG-014',
  breaks: 'ListEntries begins one entry late',
  replaces: changedMethod(
    'reference/log/entry-file.ts',
    'EntryFile',
    'read',
    (original, tools) => (from: number, to: number) => {
      if (to - from > 10) return original(from, to); // what the log itself reads at a start
      tools.fired();
      const listed = original(from, to + 1) as unknown[];
      return listed.length > 1 ? listed.slice(1) : listed;
    },
  ),
};

export default fault;
