import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import * as fc from 'fast-check';
import { checkOutputs, readPayload } from '../core/anchor-transaction.ts';
import { verifyChainSignature } from '../core/chain-signature.ts';
import { encodePayload } from '../core/payload.ts';
import { parseTransaction } from '../core/transaction.ts';
import { anchorVbytes, DUST_SAT, signAnchor, type AnchorPlan, type SpendableCoin } from './anchor-builder.ts';
import { replaceByFee, replacementRate, type FeeOffer } from './fee-replacement.ts';

const secret = new Uint8Array(32).fill(5);
const continuationKey = secp256k1.getPublicKey(secret, true);
const payload = encodePayload({ kind: 'BIRTH', role: 'dta', digest: new Uint8Array(32).fill(1), hostHint: '10.0.0.1' });
const coin = (value: number, vout = 0): SpendableCoin => ({ txid: 'ab'.repeat(32), vout, value });
const coins = [coin(40_000), coin(30_000, 1)] as const;
const plan: AnchorPlan = { coins, payload, continuationKey, feeSatVb: 2 };
const stuck = { transaction: signAnchor(plan, secret).transaction, coins };
const itself = { coins, payload, continuationKey };
const read = (hex: string): ReturnType<typeof parseTransaction> => parseTransaction(hexToBytes(hex), '');
const feeOf = (hex: string): number => 70_000 - read(hex).outs.reduce((sum, { value }) => sum + Number(value), 0);

function offer(changes: Partial<FeeOffer['rates']> = {}, ceiling = 500): FeeOffer {
  return { ceiling, rates: { minimum: 1, increment: 1, estimate: undefined, ...changes } };
}

describe('replaceByFee', () => {
  it('spends the same inputs in the same order, with the same payload and key, and pays more (BIP-125)', () => {
    const replacement = replaceByFee(stuck, itself, offer(), secret);
    assert.ok(replacement);
    const [before, after] = [read(stuck.transaction), read(replacement.transaction)];
    const spent = (transaction: typeof before): unknown[] => transaction.ins.map(({ hash, index }) => [hash, index]);
    assert.deepEqual(spent(after), spent(before));
    assert.deepEqual(readPayload(after, ''), readPayload(before, ''));
    checkOutputs(after, continuationKey, '');
    verifyChainSignature(after, continuationKey, 40_000, '');
    // Rule 3 and 4 with the usual incremental relay fee of 1 sat/vB.
    assert.ok(feeOf(replacement.transaction) - feeOf(stuck.transaction) >= after.virtualSize());
    assert.notEqual(replacement.txid, before.getId());
  });

  it('replaces a replacement in turn, until the ceiling', () => {
    const rates: number[] = [];
    let { transaction } = stuck;
    for (let turn = 0; turn < 20; turn += 1) {
      const next = replaceByFee({ ...stuck, transaction }, itself, offer({}, 10), secret);
      if (!next) break;
      rates.push(next.feeSatVb);
      transaction = next.transaction;
    }
    assert.deepEqual(rates, [3, 5, 8, 10]);
  });

  it('makes none where the values of the inputs were not kept', () => {
    assert.equal(replaceByFee({ ...stuck, coins: [coins[0]] }, itself, offer(), secret), undefined);
  });

  it('leaves the continuation 294 satoshi, or makes none', () => {
    const vbytes = anchorVbytes(plan);
    const poor = (value: number): ReturnType<typeof replaceByFee> => {
      const few = [coin(value), coin(DUST_SAT, 1)] as const;
      const { transaction } = signAnchor({ ...plan, coins: few }, secret);
      return replaceByFee({ transaction, coins: few }, { ...itself, coins: few }, offer({ estimate: 100 }), secret);
    };
    assert.deepEqual([poor(3 * vbytes)?.feeSatVb, poor(3 * vbytes)?.continuation.value], [3, DUST_SAT]);
    assert.equal(poor(3 * vbytes - 1), undefined);
  });
});

describe('replacementRate', () => {
  const paid = { spendableSat: 1_000_000, paidSat: 414, paidVbytes: 207, vbytes: 207 };

  it('is what the node estimates, where that is more than half as much again', () => {
    assert.equal(replacementRate(paid, offer()), 3);
    assert.equal(replacementRate(paid, offer({ estimate: 2.5 })), 3);
    assert.equal(replacementRate(paid, offer({ estimate: 40.2 })), 41);
  });

  it('is at least what the mempool takes, and the increment more than before', () => {
    assert.equal(replacementRate(paid, offer({ minimum: 17.001 })), 18);
    assert.equal(replacementRate(paid, offer({ increment: 5 })), 7);
    assert.equal(replacementRate(paid, offer({ increment: 0.1 })), 3);
  });

  it('is the ceiling and no more, and none where the ceiling is less than the node takes', () => {
    assert.equal(replacementRate(paid, offer({ estimate: 900 })), 500);
    assert.equal(replacementRate(paid, offer({}, 3)), 3);
    assert.equal(replacementRate(paid, offer({}, 2)), undefined);
    assert.equal(replacementRate(paid, offer({ minimum: 501 })), undefined);
  });

  it('keeps rules 3 and 4 of BIP-125 and dust, whatever was paid', () => {
    const values = [fc.integer({ min: 207, max: 200_000 }), fc.integer({ min: 0, max: 200_000 })] as const;
    const rate = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(...values, rate, rate, (paidSat, rest, increment, estimate) => {
        const spendableSat = paidSat + rest;
        const paid = { spendableSat, paidSat, paidVbytes: 207, vbytes: 207 };
        const next = replacementRate(paid, offer({ increment, estimate }));
        if (next === undefined) return;
        assert.ok(next * 207 - paidSat >= increment * 207 && next <= 500);
        assert.ok(spendableSat - next * 207 >= 0);
      }),
    );
  });
});
