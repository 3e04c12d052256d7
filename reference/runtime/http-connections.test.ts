import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import type { Problem } from '../gen/schemas.ts';
import { freePort } from './free-port.ts';
import { startHttp, type HttpHost } from './http-host.ts';
import { represent } from './representation.ts';

describe('connections of the HTTP host', function () {
  this.timeout(20_000);
  let host: HttpHost;
  let port: number;
  const faults: unknown[] = [];

  before(async () => {
    port = await freePort();
    const read = (): ReturnType<typeof represent> => represent(Buffer.from('{"a":1}'));
    host = await startHttp(`127.0.0.1:${port}`, [{ path: '/doc', read }], (error) => faults.push(error));
  });
  after(async () => host.close());

  /** All that comes until the other side ends the connection. */
  async function raw(text: string): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.write(text);
    const parts: Buffer[] = [];
    for await (const part of socket as AsyncIterable<Buffer>) parts.push(part);
    return Buffer.concat(parts).toString();
  }

  const CLOSE = 'Connection: close\r\n\r\n';
  const MALFORMED: Record<string, [request: string, status: number, code: string]> = {
    'no HTTP': ['hello\r\n\r\n', 400, 'MDT_SCHEMA'],
    TLS: ['\u0016\u0003\u0001\u0002\u0000\u0001', 400, 'MDT_SCHEMA'],
    'a header without a colon': [`GET /doc HTTP/1.1\r\nHost x\r\n${CLOSE}`, 400, 'MDT_SCHEMA'],
    'a host with a space': [`GET /doc HTTP/1.1\r\nHost: a b\r\n${CLOSE}`, 400, 'MDT_SCHEMA'],
    'no host': [`GET /doc HTTP/1.1\r\n${CLOSE}`, 400, 'MDT_SCHEMA'],
    'a backslash in the path': [`GET /\\doc HTTP/1.1\r\nHost: h\r\n${CLOSE}`, 400, 'MDT_SCHEMA'],
    'two lengths': [
      `POST /doc HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n${CLOSE}`,
      400,
      'MDT_SCHEMA',
    ],
    'headers of 20 KB': [
      `GET /doc HTTP/1.1\r\nHost: h\r\nX: ${'a'.repeat(20_000)}\r\n${CLOSE}`,
      431,
      'MDT_DOCUMENT_TOO_LARGE',
    ],
  };
  for (const [what, [request, status, code]] of Object.entries(MALFORMED)) {
    it(`answers ${what} with ${status} and a problem document (MDT-HST-009)`, async () => {
      const [head = '', body = ''] = (await raw(request)).split('\r\n\r\n');
      assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} [A-Z]`));
      assert.match(head, /^content-type: application\/problem\+json$/im);
      assert.match(head, /^access-control-allow-origin: \*$/im);
      const problem = JSON.parse(body) as Problem;
      assert.deepEqual([problem.status, problem.code], [status, code]);
      assert.deepEqual(faults, []);
    });
  }

  it('takes no notice of an expectation it does not know, and tells who asks first to go on', async () => {
    for (const [expect, answer] of [
      ['foo', /^HTTP\/1\.1 200 /],
      ['100-continue', /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /],
    ] as const)
      assert.match(await raw(`GET /doc HTTP/1.1\r\nHost: h\r\nExpect: ${expect}\r\n${CLOSE}`), answer);
  });

  it('answers well what came before something malformed on the same connection', async () => {
    const text = await raw('GET /doc HTTP/1.1\r\nHost: h\r\n\r\nhello\r\n\r\n');
    assert.match(text, /^HTTP\/1\.1 200 [^]*\r\n\r\n\{"a":1\}$/);
  });

  it('answers while 1,200 connections stand half open', async function () {
    this.timeout(20_000);
    const half: Socket[] = [];
    for (let count = 0; count < 1_200; count++) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write('GET /doc HTTP/1.1\r\nHost: h\r\n');
      half.push(socket);
    }
    await Promise.all(
      half.map(async (socket) => new Promise((resolve) => socket.on('ready', resolve).on('close', resolve))),
    );
    for (let asked = 0; asked < 20; asked++)
      assert.match(await raw(`GET /doc HTTP/1.1\r\nHost: h\r\n${CLOSE}`), /^HTTP\/1\.1 200 /);
    for (const socket of half) socket.destroy();
  });
});
