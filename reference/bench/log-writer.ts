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

const [folder = '', count = ''] = process.argv.slice(2);
const log = await DurableLog.open(folder);
await appendMany(log, Number(count));
const written: Written = {
  root: Buffer.from(log.root(Number(count))).toString('hex'),
  rssMiB: process.resourceUsage().maxRSS / 1024,
};
await log.close();
process.stdout.write(`${JSON.stringify(written)}\n`);
