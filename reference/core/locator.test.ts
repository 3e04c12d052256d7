import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { anchoredRecord } from './fixtures/anchored-record.ts';
import { buildLocator, type AnchorPlace } from './locator.ts';

const { locator } = anchoredRecord().anchor;
const place: AnchorPlace = {
  txid: locator.txid,
  vout: locator.vout,
  blockHash: locator.block_hash,
  height: 131,
  txIndex: 1,
  confirmations: 6,
};

describe('buildLocator', () => {
  it('has a txref at 6 confirmations and none at 5 (MDT-LOC-002)', () => {
    assert.equal(buildLocator('regtest', place).txref, 'txrt1:qxgq-qqpq-qmaz-gmp');
    assert.equal('txref' in buildLocator('regtest', { ...place, confirmations: 5 }), false);
  });

  it('has none for a place that a txref cannot name', () => {
    assert.equal('txref' in buildLocator('regtest', { ...place, height: 2 ** 24 }), false);
    assert.equal('txref' in buildLocator('regtest', { ...place, txIndex: 2 ** 15 }), false);
  });

  it('names transaction, output and block as they are', () => {
    const { txref: _, ...rest } = buildLocator('regtest', place);
    assert.deepEqual(rest, { txid: place.txid, vout: 0, block_hash: place.blockHash, height: 131, tx_index: 1 });
  });
});
