/** The HTTP server of a service: documents under fixed paths, problem documents for the rest (spec 3.2). */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { getRequestListener, RequestError } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { MdtError } from '../core/errors.ts';
import { toProblem } from './error-carrier.ts';
import { answerMalformed, makeRoom, malformed } from './http-connections.ts';
import { parseAddress } from './launch.ts';
import { chooseCoding, matchesEntityTag, type Representation } from './representation.ts';

/** What stands at a path, or at all paths below one that ends with `/*`. It throws an MdtError where it has nothing to show now. */
export interface Resource {
  readonly path: string;
  /** @param below what stands in the place of `*` */
  readonly read: (below: string) => Representation | Promise<Representation>;
}

/** What answers requests by itself, for paths that are no resource's. */
export interface OtherPaths {
  /** @param path of a request, without its query */
  readonly owns: (path: string) => boolean;
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface HttpHost {
  close(): Promise<void>;
}

const READING = ['GET', 'HEAD', 'OPTIONS'];
/** No resource takes a body; one that is announced larger than this is not even waited for. */
const MAX_BODY_OCTETS = 65_536;
const MAX_HEADER_OCTETS = 16_384;
/** A request has this long to arrive, in milliseconds: slow senders must not hold connections. */
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 5_000;
/** A connection on which nothing moves, be it that nobody reads our answer, ends after as long. */
const STANDSTILL_MS = 30_000;

/**
 * Serves `resources` at `listen`.
 * @param others answers requests for paths of its own, where they are of none of them
 * @throws MdtError MDT_LAUNCH where the address cannot be listened on
 */
export async function startHttp(
  listen: string,
  resources: readonly Resource[],
  onFault: (error: unknown) => void,
  others?: OtherPaths,
): Promise<HttpHost> {
  const { host, port } = parseAddress(listen, '/listen/http');
  const server = createServer({
    maxHeaderSize: MAX_HEADER_OCTETS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requireHostHeader: false, // we ask for it ourselves, with a problem document
  });
  server.timeout = STANDSTILL_MS;
  makeRoom(server);
  answerMalformed(server, COMMON_HEADERS);
  const listener = getRequestListener(routes(resources, onFault).fetch, {
    overrideGlobalObjects: false,
    hostname: 'localhost', // for HTTP/1.0, which may come without Host
    errorHandler: (error) => {
      if (error instanceof RequestError) return problem(malformed());
      onFault(error);
      return problem(error);
    },
  });
  const isOurs = pathsOf(resources);
  server.on('request', (asked, response) => {
    const [path = ''] = (asked.url ?? '').split('?');
    if (others?.owns(path) && !isOurs(path)) others.answer(asked, response);
    else void listener(asked, response);
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new MdtError('MDT_LAUNCH', `cannot listen (${(cause as NodeJS.ErrnoException).code})`, {
      field: '/listen/http',
      cause,
    });
  }
  return { close: async () => close(server) };
}

/** Whether a path is that of one of `resources`. */
function pathsOf(resources: readonly Resource[]): (path: string) => boolean {
  const fixed = new Set(resources.map(({ path }) => path));
  const above = [...fixed].flatMap((path) => (path.endsWith('*') ? [path.slice(0, -1)] : []));
  return (path) => fixed.has(path) || above.some((folder) => path.startsWith(folder));
}

interface Bindings {
  readonly incoming: IncomingMessage;
}

/** The answers, apart from how they are carried. */
function routes(resources: readonly Resource[], onFault: (error: unknown) => void): Hono<{ Bindings: Bindings }> {
  const app = new Hono<{ Bindings: Bindings }>();
  app.use(async (context, next) => {
    const { httpVersion, headers } = context.env.incoming;
    if (httpVersion === '1.1' && headers.host === undefined) throw malformed(); // RFC 9112, 3.2
    if (Number(context.req.header('content-length') ?? 0) > MAX_BODY_OCTETS) {
      throw new MdtError('MDT_DOCUMENT_TOO_LARGE', `a body of more than ${MAX_BODY_OCTETS} octets`);
    }
    await next();
  });
  for (const { path, read } of resources) {
    const fixed = path.replace(/\*$/, '').length;
    app.get(path, async (context) => answer(context, await read(context.req.path.slice(fixed))));
    app.options(path, (context) => context.body(null, 204, preflight()));
    app.all(path, () => {
      throw new MdtError('MDT_METHOD', 'this resource is only read');
    });
  }
  app.notFound(() => problem(new MdtError('MDT_NOT_FOUND', 'no such resource')));
  app.onError((error) => {
    if (!(error instanceof MdtError)) onFault(error);
    return problem(error);
  });
  return app;
}

/** Headers that every answer has: nothing here is secret, so any origin may read it (MDT-HST-004). */
const COMMON_HEADERS = { 'access-control-allow-origin': '*', 'x-content-type-options': 'nosniff' };

function preflight(): Record<string, string> {
  const methods = READING.join(', ');
  return {
    ...COMMON_HEADERS,
    allow: methods,
    'access-control-allow-methods': methods,
    'access-control-allow-headers': 'If-None-Match',
    'access-control-max-age': '86400',
  };
}

function answer(context: Context, representation: Representation): Response {
  const chosen = chooseCoding(representation, context.req.header('accept-encoding'));
  const validators = {
    ...COMMON_HEADERS,
    'access-control-expose-headers': 'ETag',
    'cache-control': representation.cacheControl,
    etag: chosen.etag,
    ...(representation.gzip && { vary: 'Accept-Encoding' }),
  };
  if (matchesEntityTag(context.req.header('if-none-match'), chosen.etag))
    return new Response(null, { status: 304, headers: validators });
  return new Response(new Uint8Array(chosen.octets), {
    status: 200,
    headers: {
      ...validators,
      'content-type': representation.mediaType,
      'content-length': String(chosen.octets.length),
      ...(chosen.contentEncoding && { 'content-encoding': chosen.contentEncoding }),
    },
  });
}

/** A problem document (RFC 9457) with a registered code. */
function problem(error: unknown): Response {
  const body = toProblem(error);
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: {
      ...COMMON_HEADERS,
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(body.status === 405 && { allow: READING.join(', ') }),
      ...(body.status === 503 && { 'retry-after': '1' }),
      ...(body.status === 413 && { connection: 'close' }),
    },
  });
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
