/** Hostile: every answer, by HTTP and by gRPC, is a megabyte that would unpack to a gigabyte. */
import http from 'node:http';
import http2 from 'node:http2';
import { constants, createGzip } from 'node:zlib';

const UNPACKED = 1024 * 1024 * 1024;
const bomb = await pack();

/** Zeros, a megabyte at a time. */
async function pack(): Promise<Buffer> {
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  const parts: Buffer[] = [];
  gzip.on('data', (part: Buffer) => parts.push(part));
  const zeros = Buffer.alloc(1024 * 1024);
  for (let left = UNPACKED; left > 0; left -= zeros.length)
    if (!gzip.write(zeros)) await new Promise((resolve) => gzip.once('drain', resolve));
  await new Promise<void>((resolve) => gzip.end(resolve));
  return Buffer.concat(parts);
}

const emit = http.Server.prototype.emit;
http.Server.prototype.emit = function (this: http.Server, event: string, ...rest: unknown[]): boolean {
  if (event !== 'request') return Reflect.apply(emit, this, [event, ...rest]);
  const answer = rest[1] as http.ServerResponse;
  answer.writeHead(200, {
    'Content-Type': 'application/json',
    'Content-Encoding': 'gzip',
    'Content-Length': bomb.length,
  });
  answer.end(bomb);
  return true;
};

const createServer = http2.createServer;
http2.createServer = (...given: unknown[]) => {
  const server = Reflect.apply(createServer, http2, given) as http2.Http2Server;
  const pass = server.emit.bind(server);
  server.emit = (event: string, ...rest: unknown[]): boolean => {
    if (event === 'stream') answer(rest[0] as http2.ServerHttp2Stream);
    return event === 'stream' || pass(event, ...rest);
  };
  return server;
};

function answer(stream: http2.ServerHttp2Stream): void {
  stream.on('error', () => undefined);
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', 'grpc-encoding': 'gzip' },
    { waitForTrailers: true },
  );
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  const prefix = Buffer.from([1, 0, 0, 0, 0]);
  prefix.writeUInt32BE(bomb.length, 1);
  stream.end(Buffer.concat([prefix, bomb]));
}
