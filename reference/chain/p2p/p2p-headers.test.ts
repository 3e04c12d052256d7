/** A node of the P2P network as a source of headers, where the node is one of the test's: honest, silent, or worse. */
import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { hash256 } from '../../core/block-header.ts';
import { parametersOf } from '../../core/chain-parameters.ts';
import { refuses } from '../../core/expect-error.ts';
import { onSchedule } from '../../core/fixtures/mined-headers.ts';
import { HeaderChain } from '../../core/header-chain.ts';
import { bytesToHex, printHash } from '../../core/hex.ts';
import { encodeMessage, MessageReader } from './message.ts';
import { p2pHeaders } from './p2p-headers.ts';
import { encodeVersion } from './version-message.ts';

/** Block 0 of regtest. */
const FIRST = Buffer.from(
  `01000000${'00'.repeat(32)}3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4adae5494dffff7f2002000000`,
  'hex',
);
const REGTEST_BITS = 0x207fffff;
const genesis = printHash(hash256(FIRST));
const NOW = 2_000_000_000;
const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

type Say = (command: string, payload?: Uint8Array) => void;
type Heard = (command: string, payload: Buffer, say: Say) => void;

/** A node that does with each message what it is told to. */
async function serve(heard: Heard): Promise<string> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const reader = new MessageReader('regtest');
    const say: Say = (command, payload = new Uint8Array()) =>
      void socket.write(encodeMessage('regtest', command, payload));
    socket.on('data', (chunk: Buffer) => {
      for (const { command, payload } of reader.push(chunk)) heard(command, payload, say);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `p2p://127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** A node whose chain these headers are, and what it was asked. */
function node(headers: readonly Uint8Array[], asked: string[] = [], most = 2_000): Heard {
  const chain = [FIRST, ...headers];
  const places = new Map(chain.map((each, height) => [bytesToHex(hash256(each)), height]));
  return (command, payload, say) => {
    asked.push(command);
    if (command === 'version') {
      say('version', encodeVersion());
      say('sendcmpct', Buffer.alloc(9));
      say('verack');
      say('ping', Buffer.from('12345678'));
    }
    if (command !== 'getheaders') return;
    const count = payload[4] ?? 0;
    const known = Array.from({ length: count }, (_, at) => payload.toString('hex', 5 + at * 32, 37 + at * 32));
    const place = known.map((hash) => places.get(hash)).find((found) => found !== undefined) ?? 0;
    say('headers', headersPayload(chain.slice(place + 1, place + 1 + most)));
  };
}

function headersPayload(headers: readonly Uint8Array[]): Buffer {
  const count = Buffer.alloc(3);
  count.writeUInt8(0xfd, 0);
  count.writeUInt16LE(headers.length, 1);
  return Buffer.concat([count, ...headers.flatMap((each) => [each, Buffer.of(0)])]);
}

function newChain(): HeaderChain {
  const checkpoint = { height: 0, hash: genesis, header: bytesToHex(FIRST), previous_times: [] };
  return new HeaderChain(parametersOf(genesis), { ...checkpoint, chainwork: '2'.padStart(64, '0') });
}

function easyHeaders(count: number, previous: Uint8Array = FIRST, salt = 0): Uint8Array[] {
  return onSchedule(previous, count, salt, REGTEST_BITS);
}

describe('p2pHeaders', function () {
  this.timeout(20_000);
  it('reads a chain of several messages, and what is new of it the next time', async () => {
    const headers = easyHeaders(4_100);
    const chain = newChain();
    const asked: string[] = [];
    await p2pHeaders(await serve(node(headers, asked)), genesis).update(chain, NOW);
    assert.equal(chain.tip.height, 4_100);
    assert.deepEqual(asked.toSorted(), ['getheaders', 'getheaders', 'getheaders', 'pong', 'verack', 'version']);
    const more = [...headers, ...easyHeaders(1, headers.at(-1))];
    asked.length = 0;
    await p2pHeaders(await serve(node(more, asked)), genesis).update(chain, NOW);
    assert.equal(chain.tip.height, 4_101);
    assert.equal(asked.filter((command) => command === 'getheaders').length, 1);
  });
  it('says what it has where that is what the reader has', async () => {
    const headers = easyHeaders(3);
    const chain = newChain();
    chain.add(headers, NOW);
    chain.listen();
    await p2pHeaders(await serve(node(headers)), genesis).update(chain, NOW);
    assert.equal(chain.heard, chain.tip);
  });
  it('follows a branch with more work, wherever it begins', async () => {
    const trunk = easyHeaders(40);
    const chain = newChain();
    chain.add([...trunk, ...easyHeaders(5, trunk.at(-1))], NOW);
    const branch = [...trunk.slice(0, 20), ...easyHeaders(30, trunk[19], 7)];
    await p2pHeaders(await serve(node(branch)), genesis).update(chain, NOW);
    assert.equal(chain.tip.height, 50);
    assert.deepEqual(chain.at(50)?.octets, branch.at(-1));
  });
  it('leaves a node that says there is more and gives nothing new', async () => {
    const headers = easyHeaders(2_000);
    const frozen: Heard = (command, payload, say) =>
      command === 'getheaders' ? say('headers', headersPayload(headers)) : node([])(command, payload, say);
    await refuses(async () => p2pHeaders(await serve(frozen), genesis).update(newChain(), NOW), 'MDT_SOURCE');
  });
  it('leaves a node that is silent, ends the connection, or is not there', async () => {
    const silent = await serve(() => undefined);
    await refuses(async () => p2pHeaders(silent, genesis, 200).update(newChain(), NOW), 'MDT_SOURCE');
    const mute = await serve((command, payload, say) => {
      if (command === 'version') node([])(command, payload, say);
    });
    await refuses(async () => p2pHeaders(mute, genesis, 200).update(newChain(), NOW), 'MDT_SOURCE');
    const rude = await serve(() => {
      for (const socket of sockets) socket.destroy();
    });
    await refuses(async () => p2pHeaders(rude, genesis).update(newChain(), NOW), 'MDT_SOURCE');
    await refuses(async () => p2pHeaders('p2p://127.0.0.1:1', genesis).update(newChain(), NOW), 'MDT_SOURCE');
  });
  it('refuses what is no message, no header, or another chain, and names the source', async () => {
    const garbage = await serve(() => {
      for (const socket of sockets) socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    await refuses(async () => p2pHeaders(garbage, genesis).update(newChain(), NOW), 'MDT_WRONG_CHAIN', garbage);
    const short = await serve((command, payload, say) =>
      command === 'getheaders' ? say('headers', Buffer.of(1, 2, 3)) : node([])(command, payload, say),
    );
    await refuses(async () => p2pHeaders(short, genesis).update(newChain(), NOW), 'MDT_HEADER_FORMAT', short);
    const elsewhere = easyHeaders(3, easyHeaders(1, undefined, 9)[0]);
    const other = await serve((command, payload, say) =>
      command === 'getheaders' ? say('headers', headersPayload(elsewhere)) : node([])(command, payload, say),
    );
    await refuses(async () => p2pHeaders(other, genesis).update(newChain(), NOW), 'MDT_WRONG_CHAIN');
  });
  it('takes an address with a host, and a port or none, and nothing else', async () => {
    for (const url of [
      'p2p://',
      'p2p://host/path',
      'p2p://user@host',
      'p2p://host?query',
      'p2p://host:99999',
      'p2p://:8333',
    ])
      await refuses(() => void p2pHeaders(url, genesis), 'MDT_SOURCE');
    for (const url of ['p2p://node.example.org', 'p2p://192.0.2.7:8333', 'p2p://[2001:db8::1]:8333'])
      assert.equal(p2pHeaders(url, genesis).name, url);
    await refuses(() => void p2pHeaders('p2p://host', '00'.repeat(32)), 'MDT_WRONG_CHAIN');
  });
});
