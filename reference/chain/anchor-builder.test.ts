import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import * as fc from 'fast-check';
import { checkOutputs, firstOutpoint, readPayload } from '../core/anchor-transaction.ts';
import { verifyChainSignature } from '../core/chain-signature.ts';
import { refuses } from '../core/expect-error.ts';
import { parseHex } from '../core/hex.ts';
import { encodePayload } from '../core/payload.ts';
import { parseTransaction } from '../core/transaction.ts';
import { anchorVbytes, DUST_SAT, signAnchor, type AnchorPlan, type SpendableCoin } from './anchor-builder.ts';

const secret = new Uint8Array(32).fill(5);
const key = secp256k1.getPublicKey(secret, true);
const payload = encodePayload({
  kind: 'BIRTH',
  role: 'dta',
  digest: new Uint8Array(32).fill(1),
  hostHint: '127.0.0.1:65535',
});
const coin = (value: number, vout = 0): SpendableCoin => ({ txid: 'ab'.repeat(32), vout, value });
const plan: AnchorPlan = { coins: [coin(100_000)], payload, continuationKey: key, feeSatVb: 2 };
const read = (hex: string): ReturnType<typeof parseTransaction> =>
  parseTransaction(parseHex(hex, 'MDT_MALFORMED_TX', ''), '');

describe('signAnchor', () => {
  it('makes the anchor that a reader takes: outputs, payload, outpoint and signature of input 0', () => {
    const anchor = signAnchor(plan, secret);
    const transaction = read(anchor.transaction);
    checkOutputs(transaction, key, '');
    assert.equal(readPayload(transaction, '').kind, 'BIRTH');
    assert.deepEqual(firstOutpoint(transaction), { txid: 'ab'.repeat(32), vout: 0 });
    verifyChainSignature(transaction, key, anchor.prevoutValue, '');
  });

  it('signs with lock time 0 and signals replaceability (MDT-LIN-012, -014)', () => {
    const transaction = read(signAnchor(plan, secret).transaction);
    assert.equal(transaction.locktime, 0);
    assert.ok((transaction.ins[0]?.sequence ?? 0xffffffff) < 0xfffffffe);
  });

  it('gives the same octets for the same plan: a process that died signs nothing new', () => {
    assert.deepEqual(signAnchor(plan, secret), signAnchor(plan, secret));
  });

  it('pays at least the fee rate, and no more than its estimate of signatures is off, for any coins and rate', () => {
    const coins = fc.array(fc.integer({ min: 50_000, max: 10_000_000 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(coins, fc.integer({ min: 1, max: 50 }), (values, feeSatVb) => {
        const [first, ...rest] = values.map((value, vout) => coin(value, vout));
        const anchor = signAnchor({ ...plan, coins: [first ?? coin(0), ...rest], feeSatVb }, secret);
        const transaction = read(anchor.transaction);
        const fee =
          values.reduce((sum, value) => sum + value, 0) -
          Number(transaction.outs.reduce((sum, out) => sum + out.value, 0n));
        assert.ok(fee >= transaction.virtualSize() * feeSatVb, `${fee} for ${transaction.virtualSize()} vB`);
        assert.ok(fee <= (transaction.virtualSize() + values.length + 1) * feeSatVb);
        assert.equal(anchor.continuation.value, Number(transaction.outs[1]?.value));
      }),
      { numRuns: 30 },
    );
  });

  it('leaves the continuation 294 satoshi or refuses with MDT_UNFUNDED (MDT-LIN-013)', async () => {
    const fee = 2 * anchorVbytes(plan);
    const least = { ...plan, coins: [coin(fee + DUST_SAT)] as const };
    assert.equal(signAnchor(least, secret).continuation.value, 294);
    await refuses(() => signAnchor({ ...plan, coins: [coin(fee + DUST_SAT - 1)] }, secret), 'MDT_UNFUNDED', 'coins');
  });

  it('refuses a payload that no script carries', async () => {
    await refuses(() => signAnchor({ ...plan, payload: new Uint8Array(81) }, secret), 'MDT_PUSH', 'data');
  });
});
