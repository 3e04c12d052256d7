/**
 * Appends to a log in a process of its own, so that its memory is that of appending and nothing else:
 * `node log-writer.ts <folder> <entries>`. Prints the root, in hex, and the most memory it had, in MiB, as one line of JSON.
 */
import { DurableLog } from '../log/durable-log.ts';
import { appendMany } from './log-appending.ts';

export interface Written {
  readonly root: string;
  readonly rssMiB: number;
}

/** Its memory is looked at as often, since what the system says was the most has that of its parent in it. */
const PARTS = 100;

const [folder = '', count = ''] = process.argv.slice(2);
const log = await DurableLog.open(folder);
let most = 0;
for (let part = 0; part < PARTS; part += 1) {
  await appendMany(log, Number(count) / PARTS);
  most = Math.max(most, process.memoryUsage.rss());
}
const root = Buffer.from(log.root(Number(count))).toString('hex');
await log.close();
process.stdout.write(`${JSON.stringify({ root, rssMiB: most / (1024 * 1024) } satisfies Written)}\n`);
