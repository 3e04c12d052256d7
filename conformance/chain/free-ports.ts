/**
 * Free ports of the loopback interface, for the node under test (bitcoind cannot be told "any free port") and for targets,
 * whose Birth Record is immutable and holds URLs, so that their addresses are assigned before they start.
 */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below those that systems give to outgoing connections, one of which could take a port before its target does. */
const [LOWEST, ABOVE] = [20_000, 32_768];
const ATTEMPTS = 200;

/** Of this process: nobody else is given one of them. */
const given = new Set<number>();

/** `count` different ports that were free a moment ago. Whoever binds them must be ready to ask again. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let attempt = 0; ports.length < count; attempt += 1) {
    if (attempt === ATTEMPTS) throw new Error(`no ${String(count)} free ports from ${String(LOWEST)} on`);
    const port = randomInt(LOWEST, ABOVE);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    ports.push(port);
  }
  // A run needs some hundred; a process that makes many runs may begin anew.
  if (given.size > (ABOVE - LOWEST) / 2) given.clear();
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
  });
  await new Promise((resolve) => server.close(resolve));
  return listening;
}
