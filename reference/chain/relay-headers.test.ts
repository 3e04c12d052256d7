/** A relay as a source of headers, where the relay is one of the test's: honest, short of words, or worse. */
import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { hash256 } from '../core/block-header.ts';
import { parametersOf } from '../core/chain-parameters.ts';
import { refuses } from '../core/expect-error.ts';
import { onSchedule } from '../core/fixtures/mined-headers.ts';
import { HeaderChain } from '../core/header-chain.ts';
import { bytesToHex, printHash } from '../core/hex.ts';
import { isRelayUrl } from '../core/relay-address.ts';
import { RelayServiceService, type GetHeadersRequest } from '../gen/proto/milagro/trust/v1/relay.ts';
import { relayHeaders } from './relay-headers.ts';

/** Block 0 of regtest. */
const FIRST = Buffer.from(
  `01000000${'00'.repeat(32)}3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4adae5494dffff7f2002000000`,
  'hex',
);
const NOW = 2_000_000_000;
const REGTEST_BITS = 0x207fffff;
const genesis = printHash(hash256(FIRST));
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.forceShutdown();
});

function mined(count: number, previous: Uint8Array = FIRST, salt = 0): Uint8Array[] {
  return onSchedule(previous, count, salt, REGTEST_BITS);
}

function newChain(): HeaderChain {
  const checkpoint = { height: 0, hash: genesis, header: bytesToHex(FIRST), previous_times: [] };
  return new HeaderChain(parametersOf(genesis), { ...checkpoint, chainwork: '2'.padStart(64, '0') });
}

/** A relay whose chain these headers are, and what it was asked. */
async function relay(
  headers: readonly Uint8Array[],
  most = 2_000,
  change: (sent: Buffer[]) => Buffer[] = (sent) => sent,
): Promise<{ url: string; asked: GetHeadersRequest[] }> {
  const chain = [FIRST, ...headers];
  const places = new Map(chain.map((each, height) => [printHash(hash256(each)), height]));
  const asked: GetHeadersRequest[] = [];
  const server = new Server();
  server.addService(RelayServiceService, {
    getHeaders: ({ request }: { request: GetHeadersRequest }, answer: (error: null, value: object) => void) => {
      asked.push(request);
      const known = request.known.map((hash) => places.get(bytesToHex(hash))).find((place) => place !== undefined);
      const from = known === undefined ? (request.known.length === 0 ? request.fromHeight || 1 : 1) : known + 1;
      answer(null, { height: from, headers: change(chain.slice(from, from + most).map((each) => Buffer.from(each))) });
    },
  });
  servers.push(server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, value) =>
      error ? reject(error) : resolve(value),
    );
  });
  return { url: `grpc://127.0.0.1:${port}`, asked };
}

describe('a relay as a source of headers', () => {
  it('brings a chain to its tip, over as many answers as it takes, and says what it has where that is known', async () => {
    const headers = mined(25);
    const { url, asked } = await relay(headers, 10);
    const chain = newChain();
    await relayHeaders(url).update(chain, NOW);
    assert.equal(chain.tip.height, 25);
    assert.equal(asked.length, 4);
    chain.listen();
    await relayHeaders(url).update(chain, NOW);
    assert.equal(chain.heard, chain.tip);
  });

  it('follows a branch with more work, wherever it begins', async () => {
    const trunk = mined(40);
    const chain = newChain();
    chain.add([...trunk, ...mined(5, trunk.at(-1))], NOW);
    const branch = [...trunk.slice(0, 20), ...mined(30, trunk[19], 7)];
    const { url, asked } = await relay(branch);
    await relayHeaders(url).update(chain, NOW);
    assert.deepEqual(chain.at(50)?.octets, branch.at(-1));
    assert.ok((asked[0]?.known.length ?? 65) <= 64);
  });

  it('reads what is below a checkpoint', async () => {
    const headers = mined(30);
    const far = newChain();
    far.add(headers, NOW);
    const base = far.at(20);
    assert.ok(base);
    const times = Array.from({ length: 11 }, (_, back) => far.at(9 + back)?.time ?? 0);
    const checkpoint = {
      ...{ height: 20, hash: printHash(base.hash), header: bytesToHex(base.octets), previous_times: times },
      ...{ chainwork: base.work.toString(16).padStart(64, '0'), period_time: far.at(0)?.time ?? 0 },
    };
    const chain = new HeaderChain(parametersOf(genesis), checkpoint);
    const { url } = await relay(headers, 4);
    await relayHeaders(url).earlier?.(chain, 5);
    assert.equal(chain.lowest, 5);
    assert.deepEqual(chain.at(5)?.octets, headers[4]);
  });

  it('leaves a relay that leads no further, is of another chain, gives no headers or is not there, and names it', async () => {
    const headers = mined(6);
    const frozen = await relay(headers, 2, () => headers.slice(0, 2).map((each) => Buffer.from(each)));
    await refuses(async () => relayHeaders(frozen.url).update(newChain(), NOW), 'MDT_SOURCE', frozen.url);
    const elsewhere = mined(3, mined(1, undefined, 9)[0]);
    const other = await relay([], 2, () => elsewhere.map((each) => Buffer.from(each)));
    await refuses(async () => relayHeaders(other.url).update(newChain(), NOW), 'MDT_WRONG_CHAIN');
    const short = await relay([], 2, () => [Buffer.alloc(79)]);
    await refuses(async () => relayHeaders(short.url).update(newChain(), NOW), 'MDT_HEADER_FORMAT', '/0');
    const nobody = 'grpc://127.0.0.1:1';
    await refuses(async () => relayHeaders(nobody, 500).update(newChain(), NOW), 'MDT_SOURCE', nobody);
  });

  it('is named by a URL with a port, and plain only nearby', async () => {
    assert.deepEqual(['grpc://127.0.0.1:1', 'grpcs://relay.example:443', 'p2p://a', 'https://a'].map(isRelayUrl), [
      true,
      true,
      false,
      false,
    ]);
    for (const url of ['grpc://relay.example:1', 'grpcs://relay.example', 'grpcs://a:1/x', 'grpcs://u@a:1', 'grpc://'])
      await refuses(() => relayHeaders(url), 'MDT_SOURCE');
  });
});
