import type { Fault } from './fault.ts';
import { cutEntries } from './ways/entry-files.ts';
import { openedLog } from './ways/durable-log.ts';

const LOST = 3;

const fault: Fault = {
  id: 'lost-after-kill',
  requirement: 'MDT-LOG-005',
  breaks: 'the last entries were acknowledged out of a buffer, and are gone after a kill',
  also: [{ requirement: 'MDT-LOG-006', reason: 'other entries come to stand where the lost ones were promised' }],
  replaces: openedLog(async (open, tools, folder) => {
    if (cutEntries(folder, LOST)) tools.fired();
    return open();
  }),
};

export default fault;
