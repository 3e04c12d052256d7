/**
 * Null target: says no to everything. It listens, waits for ever, refuses every control line, answers every request
 * with the problem that would be right before a birth, and resets every connection of gRPC.
 */
import { createServer } from 'node:http';
import { createServer as createSocket } from 'node:net';
import { createInterface } from 'node:readline';
import type { LaunchConfiguration } from '../../../reference/gen/schemas.ts';

const PROBLEM = { type: 'about:blank', title: 'Service Unavailable', status: 503, code: 'MDT_NOT_READY' };

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function place(address: string): [port: number, host: string] {
  const [host = '', port = ''] = address.split(':');
  return [Number(port), host];
}

process.on('SIGTERM', () => process.exit(0));
let launched = false;
createInterface({ input: process.stdin }).on('line', (line) => {
  if (launched) return refuse(line);
  launched = true;
  launch(line);
});

function launch(line: string): void {
  let listen: LaunchConfiguration['listen'];
  try {
    ({ listen } = JSON.parse(line) as LaunchConfiguration);
  } catch {
    say({ event: 'failed', code: 'MDT_LAUNCH', field: '' });
    process.exit(1);
  }
  const http = createServer((_request, answer) => {
    answer.writeHead(503, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify(PROBLEM));
  });
  http.listen(...place(listen.http), () => {
    createSocket((socket) => socket.resetAndDestroy()).listen(...place(listen.grpc), () => {
      say({ event: 'listening' });
      setInterval(() => say({ event: 'waiting', code: 'MDT_NOT_READY' }), 500);
    });
  });
}

function refuse(line: string): void {
  const id = Number(/"id":(\d+)/.exec(line)?.[1] ?? 0);
  say({ id, ok: false, code: 'MDT_CONTROL' });
}
