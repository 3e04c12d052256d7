import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { checkLink, checkWork, parseHeaderHex } from './block-header.ts';
import { refuses } from './expect-error.ts';
import { printHash } from './hex.ts';

/** Block 0 and block 1 of Bitcoin's main chain. */
const GENESIS =
  '01000000' +
  '00'.repeat(32) +
  '3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a' +
  '29ab5f49' +
  'ffff001d' +
  '1dac2b7c';
const BLOCK_1 =
  '01000000' +
  '6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000' +
  '982051fd1e4ba744bbbe680e1fee14677ba1a3c3540bf7b1cdb606e857233e0e' +
  '61bc6649' +
  'ffff001d' +
  '01e36299';

describe('parseHeader', () => {
  it("reads Bitcoin's block 0", () => {
    const header = parseHeaderHex(GENESIS, 'h');
    assert.equal(printHash(header.hash), '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f');
    assert.deepEqual({ time: header.time, bits: header.bits }, { time: 1_231_006_505, bits: 0x1d00ffff });
  });

  it('refuses 79, 81 and 164 octets (MDT-PRF-102)', async () => {
    for (const hex of [GENESIS.slice(2), `${GENESIS}00`, GENESIS + '00'.repeat(84)]) {
      await refuses(() => parseHeaderHex(hex, 'h'), 'MDT_HEADER_FORMAT', 'h');
    }
  });
});

describe('checkWork', () => {
  it('takes a hash at or below its target and refuses one above', async () => {
    checkWork(parseHeaderHex(GENESIS, 'h'), 'h');
    const otherNonce = GENESIS.slice(0, -2) + '7d';
    await refuses(() => checkWork(parseHeaderHex(otherNonce, 'h'), 'h'), 'MDT_POW', 'h');
  });
});

describe('checkLink', () => {
  it('takes block 1 after block 0 and refuses it after itself', async () => {
    const [zero, one] = [parseHeaderHex(GENESIS, 'h'), parseHeaderHex(BLOCK_1, 'h')];
    checkLink(one, zero, 'h');
    await refuses(() => checkLink(one, one, 'h'), 'MDT_HEADER_LINK', 'h');
  });
});
