/** Hostile: a hundred thousand fields in the header of every HTTP answer, and in the metadata of every gRPC answer. */
import http from 'node:http';
import http2 from 'node:http2';

const FIELDS = 100_000;
const NAMES = Array.from({ length: FIELDS }, (_, index) => `x-bomb-${String(index)}`);

const end = http.ServerResponse.prototype.end;
http.ServerResponse.prototype.end = function (this: http.ServerResponse, ...given: unknown[]) {
  const lines = NAMES.map((name) => `${name}: ${'y'.repeat(80)}\r\n`).join('');
  this.socket?.write(`HTTP/1.1 200 OK\r\n${lines}`);
  return Reflect.apply(end, this, given) as http.ServerResponse;
} as typeof end;

const createServer = http2.createServer;
http2.createServer = (...given: unknown[]) => {
  const server = Reflect.apply(createServer, http2, given) as http2.Http2Server;
  const emit = server.emit.bind(server);
  server.emit = (event: string, ...rest: unknown[]): boolean => {
    if (event === 'stream') bomb(rest[0] as http2.ServerHttp2Stream);
    return event === 'stream' || emit(event, ...rest);
  };
  return server;
};

function bomb(stream: http2.ServerHttp2Stream): void {
  stream.on('error', () => undefined);
  const fields = Object.fromEntries(NAMES.slice(0, 10_000).map((name) => [name, 'y'.repeat(80)]));
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...fields });
  stream.end();
}
