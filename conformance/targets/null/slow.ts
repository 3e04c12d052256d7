/** Null target: a slow loris. It listens, and whatever it is asked it answers one octet at a time, for ever. */
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { LaunchConfiguration } from '../../../reference/gen/schemas.ts';

const OCTET_EVERY_MS = 200;
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n';

function drip(socket: Socket): void {
  let at = 0;
  const timer = setInterval(() => socket.write(ANSWER[at++] ?? ' '), OCTET_EVERY_MS);
  socket.on('error', () => undefined);
  socket.on('close', () => clearInterval(timer));
}

function listen(address: string): void {
  const [host = '', port = ''] = address.split(':');
  createServer(drip).listen(Number(port), host);
}

process.on('SIGTERM', () => setTimeout(() => process.exit(0), 60_000));
createInterface({ input: process.stdin }).once('line', (line) => {
  try {
    const configuration = JSON.parse(line) as LaunchConfiguration;
    listen(configuration.listen.http);
    listen(configuration.listen.grpc);
  } catch {
    // it is in no hurry to refuse
  }
  process.stdout.write('{"event":"listening"}\n');
  setInterval(() => process.stdout.write('{"event":'), OCTET_EVERY_MS);
});
