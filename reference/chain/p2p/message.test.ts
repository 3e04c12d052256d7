import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { refuses } from '../../core/expect-error.ts';
import { decodeHeaders } from './headers-message.ts';
import { encodeMessage, MessageReader } from './message.ts';
import { decodeVersion, encodeVersion } from './version-message.ts';

/** As Bitcoin's documentation has it: `verack` on the main network, which has no payload. */
const VERACK = Buffer.from('f9beb4d976657261636b000000000000000000005df6e0e2', 'hex');

describe('a message of the P2P network', () => {
  it('is written as the documentation has it', () => {
    assert.deepEqual(encodeMessage('main', 'verack', new Uint8Array()), VERACK);
  });
  it('is read whole, in whatever pieces it comes, and with others', () => {
    const ping = encodeMessage('main', 'ping', Buffer.from('12345678'));
    const octets = Buffer.concat([VERACK, ping, VERACK]);
    const reader = new MessageReader('main');
    const read = Array.from(octets, (_, at) => reader.push(octets.subarray(at, at + 1))).flat();
    assert.deepEqual(
      read.map(({ command, payload }) => [command, payload.toString()]),
      [
        ['verack', ''],
        ['ping', '12345678'],
        ['verack', ''],
      ],
    );
    assert.equal(new MessageReader('main').push(octets).length, 3);
  });
  it('is refused where it is of another network, too long, or not what its checksum says', async () => {
    await refuses(() => new MessageReader('regtest').push(VERACK), 'MDT_WRONG_CHAIN');
    const long = Buffer.from(VERACK);
    long.writeUInt32LE(4_000_001, 16);
    await refuses(() => new MessageReader('main').push(long), 'MDT_SOURCE');
    const ping = encodeMessage('main', 'ping', Buffer.from('12345678'));
    ping.writeUInt8(0x39, ping.length - 1);
    await refuses(() => new MessageReader('main').push(ping), 'MDT_SOURCE');
  });
});

describe('a version message', () => {
  it('tells nothing of the client but what it speaks', () => {
    const octets = encodeVersion();
    assert.equal(octets.readInt32LE(0), 70_016);
    const agent = octets.subarray(81, 81 + (octets[80] ?? 0)).toString();
    assert.equal(agent, '/milagro-trust:0.1.0/');
    assert.equal(octets.length, 81 + agent.length + 5);
    assert.equal(octets.at(-1), 0, 'transactions are not asked for');
  });
  it('is refused of a node that has no headers message', async () => {
    decodeVersion(encodeVersion());
    await refuses(() => decodeVersion(Buffer.alloc(3)), 'MDT_SOURCE');
    const old = Buffer.alloc(85);
    old.writeInt32LE(31_799, 0);
    await refuses(() => decodeVersion(old), 'MDT_SOURCE');
  });
});

describe('a headers message', () => {
  const header = Buffer.alloc(81, 7).fill(0, 80);
  it('gives its headers, by either form of their count', () => {
    assert.deepEqual(decodeHeaders(Buffer.of(0)), []);
    assert.equal(decodeHeaders(Buffer.concat([Buffer.of(2), header, header])).length, 2);
    const many = Buffer.concat([Buffer.of(0xfd, 0xd0, 0x07), ...Array.from({ length: 2_000 }, () => header)]);
    assert.equal(decodeHeaders(many).length, 2_000);
  });
  it('is refused where it is cut short, has more, or has transactions', async () => {
    const bad = [
      Buffer.alloc(0),
      Buffer.of(1),
      Buffer.of(0xfd),
      Buffer.of(0xfd, 1),
      Buffer.concat([Buffer.of(1), header, header]),
      Buffer.concat([Buffer.of(1), header.subarray(0, 80)]),
      Buffer.concat([Buffer.of(0xfd, 0xd1, 0x07), ...Array.from({ length: 2_001 }, () => header)]),
      Buffer.concat([Buffer.of(1), Buffer.alloc(81, 7)]),
    ];
    for (const payload of bad) await refuses(() => decodeHeaders(payload), 'MDT_HEADER_FORMAT');
  });
});
