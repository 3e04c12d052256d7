import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { hash256 } from '../core/block-header.ts';
import { refuses } from '../core/expect-error.ts';
import { onSchedule, syntheticChain } from '../core/fixtures/mined-headers.ts';
import { HeaderChain } from '../core/header-chain.ts';
import { printHash } from '../core/hex.ts';
import { boundedGet, mayRead, type Bounds } from './bounded-get.ts';
import { restHeaders } from './rest-headers.ts';

const { genesis, parameters, checkpoint } = syntheticChain();
const unadjusted = { ...parameters, retarget: false };
const NOW = 2_000_000_000;
const nameOf = (octets: Uint8Array): string => printHash(hash256(octets));
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Answer = (path: string) => { status?: number; body?: Uint8Array; headers?: Record<string, string> } | undefined;

/** A server; where `answer` gives nothing it stays silent. */
async function serve(answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    const { status = 200, body = new Uint8Array(), headers = {} } = answer(request.url ?? '') ?? { status: 0 };
    if (status === 0) return;
    response.writeHead(status, headers);
    response.end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** What bitcoind's REST interface gives for a chain of these headers. */
function node(headers: readonly Uint8Array[], asked: string[] = []): Answer {
  const chain = [genesis, ...headers];
  return (path) => {
    asked.push(path);
    const [, height] = /^\/rest\/blockhashbyheight\/([0-9]+)\.hex$/.exec(path) ?? [];
    if (height !== undefined) return { body: Buffer.from(`${nameOf(chain[Number(height)] ?? genesis)}\n`) };
    const [, hash = '', count = ''] = /^\/rest\/headers\/([0-9a-f]{64})\.bin\?count=([0-9]+)$/.exec(path) ?? [];
    const from = chain.findIndex((each) => nameOf(each) === hash);
    return { body: from < 0 ? new Uint8Array() : Buffer.concat(chain.slice(from, from + Number(count))) };
  };
}

async function update(headers: readonly Uint8Array[], chain: HeaderChain, batch?: number): Promise<void> {
  await restHeaders(await serve(node(headers)), { ...(batch !== undefined && { batch }) }).update(chain, NOW);
}

describe('restHeaders', () => {
  it('reads a chain in batches, and what is new of it the next time', async () => {
    const headers = onSchedule(genesis, 9);
    const chain = new HeaderChain(unadjusted, checkpoint);
    await update(headers.slice(0, 6), chain, 3);
    assert.equal(chain.tip.height, 6);
    const asked: string[] = [];
    await restHeaders(await serve(node(headers, asked)), { batch: 3 }).update(chain, NOW);
    assert.equal(nameOf(chain.tip.octets), nameOf(headers[8] ?? genesis));
    assert.equal(asked.filter((path) => path.includes('count=3')).length, 2);
  });

  it('finds where a node left the chain that it has, however far back', async () => {
    for (const length of [5, 40]) {
      const [ours, theirs] = [onSchedule(genesis, length, 1), onSchedule(genesis, length + 1, 2)];
      const chain = new HeaderChain(unadjusted, checkpoint);
      chain.add(ours, NOW);
      await update(theirs, chain);
      assert.equal(nameOf(chain.tip.octets), nameOf(theirs.at(-1) ?? genesis));
    }
  });

  it('does not go round and round with a node that does, however long its rounds', async () => {
    const [one = genesis, two = genesis, three = genesis] = onSchedule(genesis, 3);
    const rounds = [
      (path: string) => (path.includes(nameOf(two)) ? [genesis, one] : [one, two]),
      (path: string) =>
        path.includes(nameOf(three)) ? [genesis, one] : path.includes(nameOf(one)) ? [two, three] : [one, two],
    ];
    for (const round of rounds) {
      const asked: string[] = [];
      const endless = await serve((path) => {
        asked.push(path);
        return path.includes('blockhash') ? node([])(path) : { body: Buffer.concat(round(path)) };
      });
      const chain = new HeaderChain(unadjusted, checkpoint);
      chain.listen();
      await refuses(() => restHeaders(endless, { batch: 2 }).update(chain, NOW), 'MDT_SOURCE', endless);
      assert.ok(asked.length <= 4, `${asked.length} requests`);
    }
  });

  it('leaves a node that takes too long in all, and keeps what it gave', async () => {
    const headers = onSchedule(genesis, 40);
    const answer = node(headers);
    const slow = await serve((path) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
      return answer(path);
    });
    const chain = new HeaderChain(unadjusted, checkpoint);
    await refuses(() => restHeaders(slow, { batch: 2, patienceMs: 300 }).update(chain, NOW), 'MDT_SOURCE');
    assert.ok(chain.tip.height > 1 && chain.tip.height < 40, `${chain.tip.height}`);
  });

  it('reads headers below the checkpoint, which commits to them', async () => {
    const headers = onSchedule(genesis, 20);
    const own = { ...parameters, interval: 10, retarget: false };
    const [at10 = genesis] = headers.slice(9);
    const newer = {
      ...{ height: 10, hash: nameOf(at10), header: Buffer.from(at10).toString('hex') },
      ...{ chainwork: '1'.padStart(64, '0'), previous_times: [] },
    };
    for (const batch of [2, 3, 100]) {
      const chain = new HeaderChain(own, newer);
      await restHeaders(await serve(node(headers)), { batch }).earlier?.(chain, 4);
      assert.deepEqual(
        [chain.lowest, chain.at(3), nameOf(chain.at(4)?.octets ?? genesis)],
        [4, undefined, nameOf(headers[3] ?? genesis)],
      );
    }
    const chain = new HeaderChain(own, newer);
    const forged = await serve(node([...headers.slice(0, 8), ...onSchedule(headers[7] ?? genesis, 1, 9)]));
    await refuses(async () => restHeaders(forged).earlier?.(chain, 4), 'MDT_HEADER_LINK');
    assert.equal(chain.lowest, 10);
  });

  it('refuses a node of another chain, and what is no headers of 80 octets', async () => {
    const chain = new HeaderChain(unadjusted, checkpoint);
    const other = await serve(() => ({ body: Buffer.from('00'.repeat(32)) }));
    await refuses(() => restHeaders(other).update(chain, NOW), 'MDT_WRONG_CHAIN', other);
    const [header = genesis] = onSchedule(genesis, 1);
    const long = await serve((path) =>
      path.includes('headers') ? { body: Buffer.concat([genesis, header, Buffer.alloc(84)]) } : node([])(path),
    );
    await refuses(() => restHeaders(long).update(chain, NOW), 'MDT_HEADER_FORMAT', long);
    const disabled = await serve(() => ({ status: 404 }));
    await refuses(() => restHeaders(disabled).update(chain, NOW), 'MDT_SOURCE');
  });
});

const BOUNDS: Bounds = {
  maxOctets: 1_000,
  tooLarge: 'MDT_DOCUMENT_TOO_LARGE',
  accept: 'application/json',
  deadlineMs: 300,
};

describe('boundedGet', () => {
  it('gives the body of a 200, and of nothing else: no redirect is followed', async () => {
    const fine = await serve(() => ({ body: Buffer.alloc(1_000, 7) }));
    assert.equal((await boundedGet(fine, BOUNDS)).length, 1_000);
    for (const status of [204, 301, 302, 307, 404, 500, 503]) {
      const other = await serve(() => ({ status, headers: { location: fine } }));
      await refuses(() => boundedGet(other, BOUNDS), 'MDT_SOURCE', other);
    }
  });

  it('refuses an octet too many, counted after decompression', async () => {
    const large = await serve(() => ({ body: Buffer.alloc(1_001) }));
    await refuses(() => boundedGet(large, BOUNDS), 'MDT_DOCUMENT_TOO_LARGE', large);
    const bomb = await serve(() => ({
      body: gzipSync(Buffer.alloc(1_000_000)),
      headers: { 'content-encoding': 'gzip' },
    }));
    await refuses(() => boundedGet(bomb, BOUNDS), 'MDT_DOCUMENT_TOO_LARGE', bomb);
  });

  it('ends where a server is silent, is gone, or stops in the middle', async () => {
    const silent = await serve(() => undefined);
    const began = performance.now();
    await refuses(() => boundedGet(silent, BOUNDS), 'MDT_SOURCE', silent);
    assert.ok(performance.now() - began < 2_000);
    const short = await serve(() => ({ body: Buffer.alloc(3), headers: { 'content-length': '9' } }));
    await refuses(() => boundedGet(short, BOUNDS), 'MDT_SOURCE', short);
    await refuses(() => boundedGet('http://127.0.0.1:1/', BOUNDS), 'MDT_SOURCE');
  });
});

describe('mayRead', () => {
  it('takes https anywhere, and http only where it is allowed and no stranger is reached', () => {
    const http = (host: string): boolean => mayRead(`http://${host}/`, true);
    assert.deepEqual(
      ['127.0.0.1:8332', '10.1.2.3', '172.31.0.1', '192.168.0.1', '[::1]', 'localhost', '[fd00::1]'].map(http),
      Array(7).fill(true),
    );
    assert.deepEqual(
      [
        'example.org',
        '8.8.8.8',
        '172.32.0.1',
        '169.254.1.1',
        '127.0.0.1.example.org',
        '[2001:db8::1]',
        'localhost.example',
      ].map(http),
      Array(7).fill(false),
    );
    assert.deepEqual(
      [
        mayRead('https://example.org/', false),
        mayRead('http://127.0.0.1/', false),
        mayRead('https://a:b@example.org/', true),
        mayRead('file:///etc/passwd', true),
        mayRead('no url', true),
      ],
      [true, false, false, false, false],
    );
  });
});
