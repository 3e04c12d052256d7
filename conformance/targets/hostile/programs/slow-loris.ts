/** Hostile: HTTP comes an octet at a time and never ends; gRPC accepts connections and says nothing. */
import http from 'node:http';
import http2 from 'node:http2';
import type { Socket } from 'node:net';

const OCTET_EVERY_MS = 100;
const BEGINNING = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{';

const emit = http.Server.prototype.emit;
http.Server.prototype.emit = function (this: http.Server, event: string, ...rest: unknown[]): boolean {
  if (event !== 'connection') return Reflect.apply(emit, this, [event, ...rest]);
  const socket = rest[0] as Socket;
  let at = 0;
  const timer = setInterval(() => socket.write(BEGINNING[at++] ?? ' '), OCTET_EVERY_MS);
  socket.on('error', () => undefined).on('close', () => clearInterval(timer));
  socket.resume();
  return true;
};

const createServer = http2.createServer;
http2.createServer = (...given: unknown[]) => {
  const server = Reflect.apply(createServer, http2, given) as http2.Http2Server;
  const pass = server.emit.bind(server);
  server.emit = (event: string, ...rest: unknown[]): boolean => event === 'connection' || pass(event, ...rest);
  return server;
};
