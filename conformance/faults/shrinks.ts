import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from './fault.ts';
import { openedLog } from './ways/durable-log.ts';
import { changedMethod } from './ways/method.ts';

let path = '';
/** Of an earlier life. */
let old: string | undefined;

const fault: Fault = {
  id: 'shrinks',
  requirement: 'MDT-LOG-008',
  breaks: 'after a restart a checkpoint of an earlier life is served',
  also: [
    { requirement: 'MDT-LOG-005', reason: 'what is beyond it cannot be read' },
    { requirement: 'MDT-LOG-017', reason: 'nor counted' },
    { requirement: 'MDT-LOG-012', reason: 'tiles are of the larger tree still' },
  ],
  replaces: {
    ...openedLog(async (open, _tools, folder) => {
      path = join(folder, 'old-checkpoint');
      old = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
      return open();
    }),
    ...changedMethod('reference/log/activity-log.ts', 'ActivityLog', 'checkpoint', (original, tools) => () => {
      const text = original() as string;
      if (old !== undefined) {
        tools.fired();
        return old;
      }
      const [, size] = text.split('\n');
      if (Number(size) >= 10 && !existsSync(path)) writeFileSync(path, text);
      return text;
    }),
  },
};

export default fault;
