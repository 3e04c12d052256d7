import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { ANCHOR_VBYTES, anchorsAffordable, fundingNeeded, RESERVE_SAT } from './anchor-cost.ts';
import type { WalletCoin } from './chain-backend.ts';
import { chooseFunding } from './coin-choice.ts';

const coin = (value: number, confirmations: number, vout = 0): WalletCoin => ({
  txid: '00'.repeat(32),
  vout,
  value,
  confirmations,
});

describe('chooseFunding', () => {
  it('takes one coin that is enough and deep enough (MDT-LIN-002)', () => {
    assert.deepEqual(chooseFunding([coin(100, 2)], 100, 2), { funded: 'yes', coins: [coin(100, 2)] });
  });

  it('waits for one that is not deep enough, and asks where it is not enough', () => {
    assert.deepEqual(chooseFunding([coin(100, 1)], 100, 2), { funded: 'waiting' });
    assert.deepEqual(chooseFunding([coin(99, 9)], 100, 2), { funded: 'no' });
    assert.deepEqual(chooseFunding([], 1, 1), { funded: 'no' });
  });

  it('adds further coins only at 6 confirmations: a younger one can be double-spent (MDT-LIN-008)', () => {
    assert.deepEqual(chooseFunding([coin(60, 2), coin(40, 5, 1)], 100, 2), { funded: 'waiting' });
    assert.deepEqual(chooseFunding([coin(60, 2), coin(40, 6, 1)], 100, 2), {
      funded: 'yes',
      coins: [coin(60, 2), coin(40, 6, 1)],
    });
  });

  it('never chooses a coin that the rules forbid, whatever the wallet holds', () => {
    const coins = fc.array(fc.record({ value: fc.nat({ max: 100 }), confirmations: fc.nat({ max: 8 }) }), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        coins,
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 8 }),
        (parts, minSat, confirmations) => {
          const wallet = parts.map((part, vout) => coin(part.value, part.confirmations, vout));
          const choice = chooseFunding(wallet, minSat, confirmations);
          const total = wallet.reduce((sum, each) => sum + each.value, 0);
          if (choice.funded !== 'yes') return assert.equal(choice.funded, total >= minSat ? 'waiting' : 'no');
          const [first, ...further] = choice.coins;
          assert.ok(first.confirmations >= confirmations);
          assert.ok(further.every((each) => each.confirmations >= 6));
          assert.ok(choice.coins.reduce((sum, each) => sum + each.value, 0) >= minSat);
          assert.equal(new Set(choice.coins.map((each) => each.vout)).size, choice.coins.length);
        },
      ),
    );
  });
});

describe('the cost of anchors', () => {
  it('asks at birth for the reserve and a hundred anchors', () => {
    assert.equal(fundingNeeded(2), 40_000 + 100 * 207 * 2);
    assert.equal(anchorsAffordable(fundingNeeded(2), 2), 100);
  });

  it('counts no anchor out of the reserve, and never fewer than none', () => {
    assert.equal(anchorsAffordable(RESERVE_SAT, 10), 0);
    assert.equal(anchorsAffordable(0, 10), 0);
    assert.equal(anchorsAffordable(RESERVE_SAT + ANCHOR_VBYTES * 10 - 1, 10), 0);
    assert.equal(anchorsAffordable(RESERVE_SAT + ANCHOR_VBYTES * 10, 10), 1);
  });
});
