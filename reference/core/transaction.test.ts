import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { hexToBytes } from '@noble/hashes/utils.js';
import { refuses } from './expect-error.ts';
import { anchoredRecord } from './fixtures/anchored-record.ts';
import { printHash } from './hex.ts';
import { parseHashedStripped, parseTransaction, stripWitness, transactionHash } from './transaction.ts';

const { anchor, lineage } = anchoredRecord();
const birth = hexToBytes(anchor.proof.transaction);

/** One input, one output with a script of `length` octets, no witness. */
function bare(length: number): Uint8Array {
  const output = `${'01'.padEnd(16, '0')}${length.toString(16).padStart(2, '0')}${'51'.repeat(length)}`;
  return hexToBytes(`0200000001${'11'.repeat(32)}0000000000ffffffff01${output}00000000`);
}

describe('parseTransaction', () => {
  it('reads what bitcoind mined, with its txid', () => {
    assert.equal(printHash(transactionHash(parseTransaction(birth, 't'))), anchor.locator.txid);
  });

  it('refuses every way of cutting it short', () => {
    for (let length = 0; length < birth.length; length += 1) {
      assert.throws(
        () => parseTransaction(birth.subarray(0, length), 't'),
        { code: 'MDT_MALFORMED_TX', field: 't' },
        String(length),
      );
    }
  });

  it('refuses octets left over and a length not in its shortest form', async () => {
    await refuses(() => parseTransaction(Uint8Array.of(...birth, 0), 't'), 'MDT_MALFORMED_TX', 't');
    const long = Buffer.from(bare(10))
      .toString('hex')
      .replace(`0a${'51'.repeat(10)}`, `fd0a00${'51'.repeat(10)}`);
    await refuses(() => parseTransaction(hexToBytes(long), 't'), 'MDT_MALFORMED_TX', 't');
  });

  it('refuses 64 octets without witness, and takes 63 and 65 (CVE-2017-12842)', async () => {
    assert.equal(bare(4).length, 64);
    await refuses(() => parseTransaction(bare(4), 't'), 'MDT_TX_64_OCTETS', 't');
    for (const length of [3, 5]) assert.equal(parseTransaction(bare(length), 't').outs.length, 1);
  });
});

describe('stripWitness', () => {
  it('gives what the lineage lists', () => assert.equal(stripWitness(birth, 't'), lineage.transactions[0]));

  it('leaves nothing that parseHashedStripped refuses', async () => {
    parseHashedStripped(hexToBytes(stripWitness(birth, 't')), 't');
    await refuses(() => parseHashedStripped(birth, 't'), 'MDT_MALFORMED_TX', 't');
  });
});
