/** Connections of an HTTP server: what is no HTTP is answered like any other error, and nobody keeps others out by waiting. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { MdtError } from '../core/errors.ts';
import { toProblem } from './error-carrier.ts';

/** Above this many connections, the one that has waited longest without asking anything makes room for a new one. */
const MAX_CONNECTIONS = 1_000;

/**
 * Lets `server` end the longest-waiting connection when there are too many. Refusing new ones in its place would let
 * whoever opens them first and sends nothing shut out everybody until his time is over.
 */
export function makeRoom(server: Server): void {
  const waiting = new Set<Duplex>(); // in order of their last answer, or of their coming
  let open = 0;
  server.maxConnections = 2 * MAX_CONNECTIONS; // of a flood that comes faster than ended ones are gone
  server.on('connection', (socket: Duplex) => {
    open++;
    if (open > MAX_CONNECTIONS) oldest(waiting)?.destroy();
    waiting.add(socket);
    socket.on('close', () => {
      open--;
      waiting.delete(socket);
    });
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    waiting.delete(socket);
    response.on('close', () => void (socket.destroyed || waiting.add(socket)));
  });
}

function oldest(sockets: Set<Duplex>): Duplex | undefined {
  const [first] = sockets;
  if (first) sockets.delete(first);
  return first;
}

/**
 * Answers what the parser refuses with a problem document (MDT-HST-009), in the place of the parser's bare status, and
 * an expectation other than 100-continue as if there were none, which RFC 9110, 10.1.1 allows.
 * @param headers what every answer has
 */
export function answerMalformed(server: Server, headers: Readonly<Record<string, string>>): void {
  const answering = new WeakMap<Duplex, ServerResponse>();
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    answering.set(socket, response);
    response.on('close', () => answering.delete(socket));
  });
  server.on('checkExpectation', (asked: IncomingMessage, response: ServerResponse) =>
    server.emit('request', asked, response),
  );
  server.on('clientError', ({ code }: NodeJS.ErrnoException, socket: Duplex) => {
    const under = answering.get(socket);
    if (code === 'ECONNRESET' || !socket.writable) socket.destroy();
    // In the middle of an answer another one would be taken for a part of it: that one is brought to its end.
    else if (under) under.once('close', () => socket.end(() => socket.destroy()));
    else socket.end(refusalOf(code, headers), () => socket.destroy());
  });
}

/** The whole answer, as octets of HTTP. */
function refusalOf(code: string | undefined, headers: Readonly<Record<string, string>>): string {
  const [status, error] = reasonOf(code);
  const problem = toProblem(error, status);
  const body = JSON.stringify(problem);
  const head = {
    ...headers,
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    connection: 'close',
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${problem.title}\r\n${lines.join('')}\r\n${body}`;
}

/** Status and code for an error of Node's parser. */
function reasonOf(code: string | undefined): [status: number, error: MdtError] {
  if (code === 'HPE_HEADER_OVERFLOW') return [431, new MdtError('MDT_DOCUMENT_TOO_LARGE', 'headers above the cap')];
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW')
    return [413, new MdtError('MDT_DOCUMENT_TOO_LARGE', 'a chunk with too many extensions')];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return [408, new MdtError('MDT_SCHEMA', 'the request did not arrive in time')];
  return [400, malformed()];
}

/** Of a request that is not as HTTP wants it. It is not quoted: a browser may be made to show it. */
export function malformed(): MdtError {
  return new MdtError('MDT_SCHEMA', 'the request is not well-formed HTTP');
}
