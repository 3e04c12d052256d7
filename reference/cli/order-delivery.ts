/** Handing an order to a service that runs: a file in its inbox, and what became of it. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INBOX_FOLDER, ORDER_ENDING, REFUSED_ENDING, type Order, type OrderRefusal } from '../log/inbox.ts';
import { UsageError, type Terminal } from './terminal.ts';

/** A service looks once a second; one whose node is away takes longer. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 100;

/** Gives the status to exit with: 0 once the order is carried out, 1 where it is refused or nobody took it. */
export async function deliver(dataDirectory: string, order: Order, terminal: Terminal): Promise<number> {
  const folder = join(dataDirectory, INBOX_FOLDER);
  if (!existsSync(folder)) throw new UsageError(`${folder} is not there: is this the data directory of a service?`);
  const name = `${new Date().toISOString().replace(/[:.]/g, '-')}-${process.pid}`;
  const path = join(folder, `${name}${ORDER_ENDING}`);
  writeFileSync(`${path}.new`, JSON.stringify(order), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  const until = Date.now() + PATIENCE_MS;
  while (existsSync(path) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  if (existsSync(path)) {
    terminal.error(`nobody has taken the order within ${PATIENCE_MS / 1000} s; it lies at ${path}\n`);
    return 1;
  }
  const refused = join(folder, `${name}${REFUSED_ENDING}`);
  if (!existsSync(refused)) {
    terminal.out('done\n');
    return 0;
  }
  const { code, field, message } = JSON.parse(readFileSync(refused, 'utf8')) as OrderRefusal;
  rmSync(refused);
  terminal.error(`${code}${field === '' ? '' : ` at ${field}`}: ${message}\n`);
  return 1;
}
