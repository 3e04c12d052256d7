/** Null target: listens, and answers launch, control lines, HTTP and gRPC with random octets. */
import { randomBytes, randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { LaunchConfiguration } from '../../../reference/gen/schemas.ts';

const MOST = 4_096;

const noise = (): Buffer => randomBytes(randomInt(1, MOST));

async function babble(address: string): Promise<void> {
  const [host = '', port = ''] = address.split(':');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(noise()));
  });
  await new Promise<void>((resolve) => server.listen(Number(port), host, resolve));
}

process.on('SIGTERM', () => process.exit(randomInt(1, 256)));
let launched = false;
createInterface({ input: process.stdin }).on('line', (line) => {
  process.stdout.write(noise());
  if (launched) return;
  launched = true;
  void launch(line);
});

async function launch(line: string): Promise<void> {
  try {
    const { listen } = JSON.parse(line) as LaunchConfiguration;
    await Promise.all([babble(listen.http), babble(listen.grpc)]);
    process.stdout.write('\n{"event":"listening"}\n');
  } catch {
    // what cannot be read is answered with noise, too
  }
  setInterval(() => process.stdout.write(noise()), 100);
}
