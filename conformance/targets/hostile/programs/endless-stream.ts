/** Hostile: whatever is called by gRPC, reflection among it, is answered by messages without end, as fast as they are taken. */
import http2 from 'node:http2';

const MESSAGE = Buffer.from([0, 0, 0, 0, 2, 0x32, 0]); // uncompressed, 2 octets: an empty list of services
const PART = Buffer.concat(Array.from({ length: 1_000 }, () => MESSAGE));

const createServer = http2.createServer;
http2.createServer = (...given: unknown[]) => {
  const server = Reflect.apply(createServer, http2, given) as http2.Http2Server;
  const emit = server.emit.bind(server);
  server.emit = (event: string, ...rest: unknown[]): boolean => {
    if (event !== 'stream') return emit(event, ...rest);
    flood(rest[0] as http2.ServerHttp2Stream);
    return true;
  };
  return server;
};

function flood(stream: http2.ServerHttp2Stream): void {
  stream.on('error', () => undefined);
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
  const pour = (): void => {
    while (!stream.destroyed && stream.write(PART));
    stream.once('drain', pour);
  };
  pour();
}
