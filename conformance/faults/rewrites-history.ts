import type { Fault } from './fault.ts';
import { changeEntries } from './ways/entry-files.ts';
import { openedLog } from './ways/durable-log.ts';

const THIRD = 2;

const fault: Fault = {
  id: 'rewrites-history',
  requirement: 'MDT-LOG-009',
  breaks: 'after a kill an early entry is another one',
  also: [
    { requirement: 'MDT-LOG-005', reason: 'the entry that was promised is gone' },
    { requirement: 'MDT-LOG-006', reason: 'another stands in its place' },
    { requirement: 'MDT-LOG-018', reason: 'the roots of before are of other entries' },
  ],
  replaces: openedLog(async (open, tools, folder) => {
    const rewritten = changeEntries(folder, (entries) => {
      const third = entries[THIRD]?.toString('utf8').replace(
        /"subject":"(.)/,
        (_, first) => `"subject":"${first === '5' ? '6' : '5'}`,
      );
      return third === undefined ? undefined : entries.with(THIRD, Buffer.from(third));
    });
    if (rewritten) tools.fired();
    return open(rewritten ? 'unchecked' : undefined);
  }),
};

export default fault;
