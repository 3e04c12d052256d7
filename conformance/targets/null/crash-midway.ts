/** Null target: begins as a target does, names an address, and dies in the middle of its first answer; each time anew. */
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { LaunchConfiguration } from '../../../reference/gen/schemas.ts';

const ADDRESS = 'bcrt1qrddk7ux65n3x98wf38g87w5gs20cyk5kpkxj5h';
const DIES_AFTER_MS = 1_500;

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function answerHalf(address: string): void {
  const [host = '', port = ''] = address.split(':');
  createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"birth_record":');
      setTimeout(() => process.abort(), 50);
    });
  }).listen(Number(port), host);
}

createInterface({ input: process.stdin }).once('line', (line) => {
  try {
    const { listen } = JSON.parse(line) as LaunchConfiguration;
    answerHalf(listen.http);
    answerHalf(listen.grpc);
  } catch {
    process.abort();
  }
  say({ event: 'listening' });
  say({ event: 'funding', address: ADDRESS, min_sat: 1_000_000 });
  setTimeout(() => {
    process.stdout.write('{"event":"ready","entity');
    process.abort();
  }, DIES_AFTER_MS);
});
