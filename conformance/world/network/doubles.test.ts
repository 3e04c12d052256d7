/** The doubles of the network, asked octet by octet as a stranger would. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, it } from 'mocha';
import { credentials } from '@grpc/grpc-js';
import { RelayServiceClient, type GetHeadersResponse } from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import { HeaderTree } from '../../oracle/header-chain.ts';
import { Refusal } from '../../oracle/refusal.ts';
import { hash256 } from '../../oracle/digest.ts';
import { parametersOf } from '../pat-questions.ts';
import { forgedHeader, forgedUpon, timeOf } from './forged-headers.ts';
import { openRelay } from './header-relay.ts';
import { encode, openP2p, REGTEST_MAGIC } from './p2p-node.ts';
import { RecordHost } from './record-host.ts';

const GENESIS = Buffer.from(
  '0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4adae5494dffff7f2002000000',
  'hex',
);
const SALT = Buffer.alloc(32, 5);
const CHAIN = [GENESIS, ...forgedUpon([GENESIS], 130, SALT)];

function tree(): HeaderTree {
  const parameters = parametersOf('regtest');
  return new HeaderTree(parameters, {
    ...{ height: 0, hash: parameters.genesis, header: GENESIS.toString('hex'), previous_times: [] },
    chainwork: '2'.padStart(64, '0'),
  });
}

describe('forged headers', () => {
  it('keep all rules of the chain but for what is wished', () => {
    const now = timeOf(CHAIN.at(-1) ?? GENESIS);
    const read = tree();
    read.read(CHAIN.slice(1), now);
    assert.equal(read.best.height, 130);
    const codeOf = (header: Buffer): string | undefined => {
      try {
        tree().read([header], now);
        return undefined;
      } catch (error) {
        return error instanceof Refusal ? error.code : String(error);
      }
    };
    assert.equal(codeOf(forgedHeader(GENESIS, SALT)), undefined);
    assert.equal(codeOf(forgedHeader(GENESIS, SALT, { workless: true })), 'MDT_POW');
    assert.equal(codeOf(forgedHeader(GENESIS, SALT, { bits: '207ffffe' })), 'MDT_BITS');
    assert.equal(codeOf(forgedHeader(GENESIS, SALT, { time: timeOf(GENESIS) })), 'MDT_HEADER_TIME');
    assert.equal(codeOf(forgedHeader(GENESIS, SALT, { time: now + 7_201 })), 'MDT_HEADER_FUTURE');
  });
});

describe('openRelay', () => {
  const ask = async (url: string, request: object): Promise<GetHeadersResponse> => {
    const client = new RelayServiceClient(url.replace('grpc://', ''), credentials.createInsecure());
    try {
      return await new Promise((resolve, reject) => {
        client.getHeaders({ known: [], limit: 0, fromHeight: 0, ...request }, (error, answer) =>
          error ? reject(error) : resolve(answer),
        );
      });
    } finally {
      client.close();
    }
  };
  const printed = (header: Buffer | undefined): Buffer => hash256(header ?? GENESIS).reverse();

  it('answers as MDT-RLY-005 says: after the first block that it has, from a height, or from block 1', async () => {
    const relay = await openRelay(CHAIN);
    try {
      const all = await ask(relay.url, {});
      assert.deepEqual([all.height, all.headers.length], [1, 100]);
      assert.deepEqual(all.headers[0], CHAIN[1]);
      const after = await ask(relay.url, { known: [Buffer.alloc(32, 9), printed(CHAIN[120]), printed(CHAIN[3])] });
      assert.deepEqual([after.height, after.headers], [121, CHAIN.slice(121)]);
      const none = await ask(relay.url, { known: [printed(CHAIN.at(-1))] });
      assert.deepEqual([none.height, none.headers], [131, []]);
      assert.deepEqual((await ask(relay.url, { fromHeight: 7, limit: 2 })).headers, CHAIN.slice(7, 9));
      const unknown = await ask(relay.url, { known: [Buffer.alloc(32, 9)] });
      assert.equal(unknown.height, 1);
    } finally {
      relay.close();
    }
  });
});

describe('openP2p', () => {
  it('shakes hands and gives what follows the newest block that it knows', async () => {
    const node = await openP2p(CHAIN);
    const socket = connect(Number(node.url.split(':').at(-1)), '127.0.0.1');
    try {
      const names: string[] = [];
      let octets = Buffer.alloc(0);
      const headers = new Promise<Buffer>((resolve, reject) => {
        socket.on('error', reject);
        socket.on('data', (chunk) => {
          octets = Buffer.concat([octets, chunk]);
          while (octets.length >= 24 && octets.length >= 24 + octets.readUInt32LE(16)) {
            const end = 24 + octets.readUInt32LE(16);
            const name = octets.toString('latin1', 4, 16).replaceAll('\0', '');
            names.push(name);
            if (name === 'verack') socket.write(encode(REGTEST_MAGIC, 'verack', Buffer.alloc(0)));
            if (name === 'ping') {
              const locator = [Buffer.alloc(32, 9), hash256(CHAIN[127] ?? GENESIS), hash256(GENESIS)];
              const asked = Buffer.concat([Buffer.from('7011010003', 'hex'), ...locator, Buffer.alloc(32)]);
              socket.write(encode(REGTEST_MAGIC, 'getheaders', asked));
            }
            if (name === 'headers') resolve(octets.subarray(24, end));
            octets = octets.subarray(end);
          }
        });
      });
      socket.write(encode(REGTEST_MAGIC, 'version', Buffer.alloc(86)));
      const payload = await headers;
      assert.deepEqual(names, ['version', 'verack', 'sendheaders', 'ping', 'headers']);
      assert.deepEqual(payload.subarray(0, 81), Buffer.from([3, ...(CHAIN[128] ?? [])]));
      assert.equal(payload.length, 1 + 3 * 81);
    } finally {
      socket.destroy();
      node.close();
    }
  });
});

describe('RecordHost', () => {
  it('serves what it was told last, and has nothing else', async () => {
    const host = await RecordHost.open();
    try {
      host.serve(new Map([['/a', Buffer.from('{"a":1}')]]));
      assert.deepEqual(await (await fetch(`${host.origin}/a`)).json(), { a: 1 });
      host.serve(new Map([['/b', (response) => void response.writeHead(302, { location: '/a' }).end()]]));
      assert.equal((await fetch(`${host.origin}/a`)).status, 404);
      assert.equal((await fetch(`${host.origin}/b`, { redirect: 'manual' })).status, 302);
    } finally {
      host.close();
    }
  });
});
