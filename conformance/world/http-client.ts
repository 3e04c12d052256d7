/**
 * A bounded HTTP client for looking at a target: nothing is followed, decoded or believed, every answer
 * has a cap in octets and time, and the exchange can be shown as evidence.
 */
import { request as requestPlain, type IncomingHttpHeaders } from 'node:http';
import { request as requestTls } from 'node:https';
import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { Nonconformance } from '../kit/expect.ts';

const MAX_BODY = 4 * 1024 * 1024;
const TIMEOUT_MS = 5_000;

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** As received, content coding included. */
  body: Buffer;
  ms: number;
}

/** The request did not lead to an answer; `reason` says why. Kept as a value: a scene goes on, its checks judge. */
export interface HttpFailure {
  failed: string;
}

export type HttpResult = HttpAnswer | HttpFailure;

export async function exchange(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string; timeoutMs?: number } = {},
): Promise<HttpResult> {
  const began = performance.now();
  const { timeoutMs = TIMEOUT_MS } = options;
  const request = isTls(url) ? requestTls : requestPlain;
  return new Promise((resolve) => {
    const fail = (reason: string): void => resolve({ failed: reason });
    const call = request(
      url,
      { method: options.method ?? 'GET', headers: options.headers ?? {}, agent: false },
      (answer) => {
        const parts: Buffer[] = [];
        let size = 0;
        answer.on('data', (part: Buffer) => {
          size += part.length;
          if (size <= MAX_BODY) parts.push(part);
          else call.destroy(new Error(`the body is larger than ${String(MAX_BODY)} octets`));
        });
        answer.on('end', () => {
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(parts),
            ms: performance.now() - began,
          });
        });
        answer.on('error', (error) => fail(error.message));
      },
    );
    const timer = setTimeout(
      () => call.destroy(new Error(`no whole answer within ${String(timeoutMs)} ms`)),
      timeoutMs,
    );
    call.on('error', (error) => fail(error.message));
    call.on('close', () => {
      clearTimeout(timer);
      fail('the connection was closed before a whole answer'); // a 101 that nobody asked for ends so, without an error
    });
    call.end(options.body);
  });
}

/** What came for a HEAD, taken from the wire: a client of HTTP would not see content that must not be there. */
export interface HeadAnswer {
  status: number;
  /** By lower-case name; fields of one name are joined. */
  headers: Readonly<Record<string, string>>;
  /** Octets behind the header. */
  content: number;
}

const MAX_HEAD = 64 * 1024;
const END_OF_HEAD = '\r\n\r\n';
const CONTENT_MS = 200;

export async function headOf(
  url: string,
  headers: Record<string, string> = {},
  timeoutMs: number = TIMEOUT_MS,
): Promise<HeadAnswer | HttpFailure> {
  const { hostname, port, host, pathname } = new URL(url);
  const fields = Object.entries({ Host: host, Connection: 'close', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  // Node writes an address of IPv6 in brackets, and connects to one without.
  const at = hostname.replace(/^\[|\]$/g, '');
  const socket = isTls(url)
    ? connectTls({ host: at, port: Number(port || 443), ...(isIP(at) === 0 && { servername: at }) })
    : connect(Number(port || 80), at);
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  let received = Buffer.alloc(0);
  return new Promise((resolve) => {
    socket.on('data', (part) => {
      received = Buffer.concat([received, part]);
      if (received.length > MAX_HEAD) socket.destroy();
      // One that keeps the connection open is given a moment for the content that must not come.
      else if (received.includes(END_OF_HEAD)) setTimeout(() => socket.destroy(), CONTENT_MS).unref();
    });
    socket.on('error', () => undefined); // what came before it counts
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(readHead(received));
    });
    socket.write(`HEAD ${pathname} HTTP/1.1\r\n${fields.join('')}\r\n`);
  });
}

/** A service that is only looked at may be on the open network; what the kit starts itself never is. */
export function isTls(url: string): boolean {
  return url.startsWith('https:');
}

function readHead(octets: Buffer): HeadAnswer | HttpFailure {
  const end = octets.indexOf(END_OF_HEAD);
  const [first = '', ...lines] = octets.subarray(0, Math.max(0, end)).toString('latin1').split('\r\n');
  const status = /^HTTP\/1\.[01] ([1-5]\d\d)( |$)/.exec(first)?.[1];
  if (status === undefined) return { failed: 'no whole header came' };
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const name = line.slice(0, Math.max(0, line.indexOf(':'))).toLowerCase();
    const value = line.slice(line.indexOf(':') + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return { status: Number(status), headers, content: octets.length - end - END_OF_HEAD.length };
}

/** The answer, or a nonconformance where there is none. */
export function answered(result: HttpResult | undefined, what: string): HttpAnswer {
  if (result === undefined || 'failed' in result) {
    throw new Nonconformance(`${what}: no HTTP answer`, {
      expected: 'an HTTP answer',
      got: result?.failed ?? 'nothing',
    });
  }
  return result;
}

/** What an answer says, without its content coding where it has one that can be undone; for the search for secrets. */
export function contentOf({ headers, body }: HttpAnswer): Buffer {
  if (headers['content-encoding'] !== 'gzip') return body;
  try {
    return gunzipSync(body, { maxOutputLength: MAX_BODY });
  } catch {
    return body;
  }
}

/** Body of a gzip answer; never larger than the cap for a body, so that a small one cannot fill memory. */
export function gunzipped(answer: HttpAnswer, what: string): Buffer {
  try {
    return gunzipSync(answer.body, { maxOutputLength: MAX_BODY });
  } catch (error) {
    throw new Nonconformance(`${what} is not gzip`, { expected: 'a gzip stream', got: (error as Error).message });
  }
}

/** The JSON of an answer with status 200, `undefined` where there is none; for scenes, which look at it loosely and judge nothing. */
export function answeredJson(result: HttpResult): unknown {
  if ('failed' in result || result.status !== 200) return undefined;
  try {
    return JSON.parse(contentOf(result).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
