/** Null target: says yes to everything. It claims every event at once, and every request is answered 200 with an empty object. */
import { createServer } from 'node:http';
import { createServer as createSocket } from 'node:net';
import { createInterface } from 'node:readline';
import type { LaunchConfiguration } from '../../../reference/gen/schemas.ts';

function listen(address: string, server: ReturnType<typeof createSocket>): Promise<void> {
  const [host = '', port = ''] = address.split(':');
  return new Promise((resolve) => server.listen(Number(port), host, resolve));
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

process.on('SIGTERM', () => process.exit(0));
const lines = createInterface({ input: process.stdin });
let launched = false;
lines.on('line', (line) => void onLine(line));

async function onLine(line: string): Promise<void> {
  if (launched) {
    say({ id: Number(/"id":(\d+)/.exec(line)?.[1] ?? 0), ok: true });
    return;
  }
  launched = true;
  let configuration: LaunchConfiguration | undefined;
  try {
    configuration = JSON.parse(line) as LaunchConfiguration;
  } catch {
    // accepted all the same
  }
  if (configuration) {
    await listen(
      configuration.listen.http,
      createServer((_request, answer) => answer.setHeader('Content-Type', 'application/json').end('{}')),
    );
    await listen(configuration.listen.grpc, createSocket());
  }
  say({ event: 'listening' });
  say({ event: 'funding', address: `bcrt1q${'q'.repeat(38)}`, min_sat: 1000 });
  say({ event: 'waiting', code: 'MDT_CHAIN_UNAVAILABLE' });
  say({ event: 'waiting', code: 'MDT_WRONG_CHAIN' });
  say({ event: 'ready', entity_id: '00'.repeat(32) });
  say({ event: 'failed', code: 'MDT_LAUNCH' });
}
