import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Nonconformance } from '../kit/expect.ts';
import { answered, contentOf, exchange, gunzipped, headOf, type HttpAnswer, type HttpResult } from './http-client.ts';

const servers: { server: Server; sockets: Set<Socket> }[] = [];

/** A server that does with each connection what it likes. */
async function hostile(behave: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    behave(socket);
  });
  servers.push({ server, sockets });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
}

function closeAll(): void {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

const saying = (text: string | Buffer, end = true) =>
  hostile((socket) => {
    socket.once('data', () => (end ? socket.end(text) : socket.write(text)));
  });

function failed(result: HttpResult): string {
  assert.ok('failed' in result, 'the exchange failed');
  return result.failed;
}

async function timed(url: string, timeoutMs = 5_000): Promise<{ result: HttpResult; ms: number }> {
  const began = performance.now();
  const result = await exchange(url, { timeoutMs });
  return { result, ms: performance.now() - began };
}

const answer = (body: Buffer, headers: HttpAnswer['headers'] = {}): HttpAnswer => ({
  status: 200,
  headers,
  body,
  ms: 1,
});

describe('the HTTP client', function () {
  this.timeout(15_000);
  afterEach(closeAll);

  it('gives status, headers and the octets of the body as they came, and follows nothing', async () => {
    const body = gzipSync('{}');
    const head = `HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Encoding: gzip\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: ${String(body.length)}\r\n\r\n`;
    const result = await exchange(await saying(Buffer.concat([Buffer.from(head), body])));
    assert.ok(!('failed' in result));
    assert.deepEqual([result.status, result.headers['x-a'], result.body], [302, '1, 2', body]);
  });

  it('sends the method and headers that it is told, and none of its own but the host', async () => {
    let asked = '';
    const url = await hostile((socket) => {
      socket.on('data', (chunk) => {
        asked += chunk.toString();
        socket.end('HTTP/1.1 204 No Content\r\n\r\n');
      });
    });
    await exchange(url, { method: 'POST', headers: { 'if-none-match': '"a"' } });
    assert.match(asked, /^POST \/ HTTP\/1\.1\r\n/);
    assert.match(asked, /if-none-match: "a"\r\n/);
    assert.doesNotMatch(asked, /accept|user-agent|cookie/i);
  });

  it('fails on nothing that listens, a reset, an end without answer, and what is no HTTP', async () => {
    assert.match(failed(await exchange('http://127.0.0.1:1/')), /ECONNREFUSED/);
    assert.match(failed(await exchange(await hostile((socket) => socket.resetAndDestroy()))), /ECONNRESET|hang up/);
    assert.match(failed(await exchange(await hostile((socket) => socket.end()))), /hang up/);
    assert.match(failed(await exchange(await saying('SSH-2.0-OpenSSH_9.9\r\n'))), /Parse Error/);
    assert.match(
      failed(
        await exchange(await saying('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n')),
      ),
      /Parse Error/,
    );
  });

  it('fails on a body that ends early, and on a broken chunk', async () => {
    assert.match(
      failed(await exchange(await saying('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'))),
      /aborted|closed before/,
    );
    assert.match(
      failed(await exchange(await saying('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'))),
      /Parse Error|aborted|closed before/,
    );
  });

  it('fails on a change of protocol that nobody asked for', async () => {
    const { result, ms } = await timed(
      await saying('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n', false),
    );
    assert.match(failed(result), /closed before a whole answer/);
    assert.ok(ms < 3_000);
  });

  it('fails on headers beyond any need', async () => {
    const headers = Array.from({ length: 5_000 }, (_, index) => `X-${String(index)}: ${'y'.repeat(50)}\r\n`).join('');
    assert.match(failed(await exchange(await saying(`HTTP/1.1 200 OK\r\n${headers}\r\n`))), /Overflow|Parse Error/);
  });

  it('reads no more than 4 MiB of a body without end', async () => {
    let sent = 0;
    const url = await hostile((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        const part = Buffer.alloc(65_536, 'x');
        const pour = (): void => {
          let room = true;
          while (room && !socket.destroyed) {
            sent += part.length;
            room = socket.write(part);
          }
        };
        socket.on('drain', pour);
        pour();
      });
    });
    const { result, ms } = await timed(url);
    assert.match(failed(result), /larger than 4194304 octets/);
    assert.ok(ms < 3_000 && sent < 32 * 1024 * 1024);
  });

  it('takes a body of exactly 4 MiB', async () => {
    const body = Buffer.alloc(4_194_304, 'x');
    const result = await exchange(
      await saying(
        Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${String(body.length)}\r\n\r\n`), body]),
      ),
    );
    assert.ok(!('failed' in result) && result.body.length === body.length);
  });

  it('waits no longer than its time in all, though octets keep trickling: in the headers, the body, or before any', async () => {
    const trickling = (start: string): Promise<string> =>
      hostile((socket) => {
        socket.once('data', () => socket.write(start));
        const timer = setInterval(() => socket.write('x'), 200);
        socket.on('close', () => clearInterval(timer));
      });
    const urls = [
      await trickling('HTTP/1.1 200 OK\r\nX-Slow: '),
      await trickling('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n'),
      await hostile(() => undefined),
      await hostile((socket) => {
        const timer = setInterval(() => socket.write('HTTP/1.1 100 Continue\r\n\r\n'), 100);
        socket.on('close', () => clearInterval(timer));
      }),
    ];
    for (const { result, ms } of await Promise.all(urls.map((url) => timed(url, 1_000)))) {
      assert.match(failed(result), /no whole answer within 1000 ms/);
      assert.ok(ms > 900 && ms < 2_000, String(ms));
    }
  });
});

describe('what is made of an answer', () => {
  it('is a failure of the target where there is none', () => {
    assert.throws(
      () => answered({ failed: 'ECONNREFUSED' }, 'the record'),
      (error) => error instanceof Nonconformance && error.got === 'ECONNREFUSED',
    );
    assert.throws(() => answered(undefined, 'the record'), Nonconformance);
    assert.equal(answered(answer(Buffer.from('x')), 'the record').status, 200);
  });

  it('is its content where it is gzip, and a failure where it is not', () => {
    assert.equal(gunzipped(answer(gzipSync('abc')), 'it').toString(), 'abc');
    assert.throws(() => gunzipped(answer(Buffer.from('abc')), 'it'), Nonconformance);
    assert.throws(() => gunzipped(answer(gzipSync('abc').subarray(0, 10)), 'it'), Nonconformance);
  });

  it('is not the gigabyte that a small body unfolds to', () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    assert.ok(bomb.length < 100_000);
    const began = performance.now();
    assert.throws(() => gunzipped(answer(bomb), 'it'), Nonconformance);
    assert.equal(contentOf(answer(bomb, { 'content-encoding': 'gzip' })), bomb);
    assert.ok(performance.now() - began < 2_000);
  });

  it('is searched for secrets behind its coding', () => {
    assert.equal(contentOf(answer(gzipSync('abc'), { 'content-encoding': 'gzip' })).toString(), 'abc');
    assert.equal(contentOf(answer(Buffer.from('abc'))).toString(), 'abc');
    assert.equal(contentOf(answer(Buffer.from('abc'), { 'content-encoding': 'gzip' })).toString(), 'abc');
  });
});

describe('HEAD, from the wire', function () {
  this.timeout(15_000);
  afterEach(closeAll);

  it('gives status and fields, and says how much content came that must not', async () => {
    const head = 'HTTP/1.1 200 OK\r\nETag: "a"\r\nVary: Accept-Encoding\r\nvary: Origin\r\nContent-Length: 7\r\n\r\n';
    const headers = { etag: '"a"', vary: 'Accept-Encoding, Origin', 'content-length': '7' };
    assert.deepEqual(await headOf(await saying(head)), { status: 200, headers, content: 0 });
    assert.deepEqual(await headOf(await saying(`${head}content`)), { status: 200, headers, content: 7 });
  });

  it('asks for what it is told to, with the fields that it is told to send', async () => {
    let asked = '';
    const url = await hostile((socket) =>
      socket.once('data', (octets: Buffer) => {
        asked = octets.toString();
        socket.end('HTTP/1.1 204 No Content\r\n\r\n');
      }),
    );
    await headOf(`${url}a/b`, { 'accept-encoding': 'gzip' });
    assert.match(
      asked,
      /^HEAD \/a\/b HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\nConnection: close\r\naccept-encoding: gzip\r\n\r\n$/,
    );
  });

  it('does not wait for a server that keeps the connection open', async () => {
    const began = performance.now();
    assert.deepEqual(await headOf(await saying('HTTP/1.1 503 No\r\n\r\n', false)), {
      status: 503,
      headers: {},
      content: 0,
    });
    assert.ok(performance.now() - began < 2_000);
  });

  it('speaks TLS to an issuer of https, and fails where there is none', async () => {
    const plain = (await saying('HTTP/1.1 200 OK\r\n\r\n')).replace('http:', 'https:');
    assert.match(failed(await exchange(plain)), /wrong version number|SSL|EPROTO/);
    assert.deepEqual(await headOf(plain, {}, 2_000), { failed: 'no whole header came' });
  });

  it('fails where no header comes, none ends, or it has no end', async () => {
    const silent = await hostile(() => undefined);
    for (const url of [
      silent,
      await saying('SSH-2.0\r\n\r\n'),
      await saying('HTTP/1.1 200 OK\r\n'),
      'http://127.0.0.1:1/',
    ])
      assert.deepEqual(await headOf(url, {}, 300), { failed: 'no whole header came' });
    const endless = await hostile((socket) => {
      const pour = (): void =>
        void (socket.write('x-a: y\r\n'.repeat(1_000)) ? setImmediate(pour) : socket.once('drain', pour));
      socket.once('data', () => (socket.write('HTTP/1.1 200 OK\r\n'), pour()));
    });
    assert.deepEqual(await headOf(endless), { failed: 'no whole header came' });
  });
});
