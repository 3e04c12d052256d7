import { describe, it } from 'mocha';
import { hexToBytes } from '@noble/hashes/utils.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { verifyChainSignature } from './chain-signature.ts';
import { refuses } from './expect-error.ts';
import { anchoredRecord } from './fixtures/anchored-record.ts';
import { parseTransaction, type Transaction } from './transaction.ts';

const { anchor, birth_record: record } = anchoredRecord();
const key = hexToBytes(record.keys.anchor);
const value = anchor.proof.prevout_value;

/** The BIRTH that bitcoind mined, its first witness changed. */
function birth(change: (witness: Uint8Array[]) => Uint8Array[] = (witness) => witness): Transaction {
  const transaction = parseTransaction(hexToBytes(anchor.proof.transaction), '');
  const [input] = transaction.ins;
  if (input) input.witness = change(input.witness);
  return transaction;
}

describe('verifyChainSignature', () => {
  it('takes a P2WPKH signature that bitcoind took', () => verifyChainSignature(birth(), key, value, '/t'));

  it('refuses another value, another output and another lock time (MDT-LIN-105)', async () => {
    await refuses(() => verifyChainSignature(birth(), key, value - 1, '/t'), 'MDT_CHAIN_SIGNATURE', '/t');
    const paysMore = birth();
    paysMore.outs.reverse();
    await refuses(() => verifyChainSignature(paysMore, key, value, '/t'), 'MDT_CHAIN_SIGNATURE', '/t');
    const locked = birth();
    locked.locktime = 21;
    await refuses(() => verifyChainSignature(locked, key, value, '/t'), 'MDT_CHAIN_SIGNATURE', '/t');
  });

  const forms: readonly (readonly [what: string, change: (witness: Uint8Array[]) => Uint8Array[]])[] = [
    ['no witness', () => []],
    ['one item', ([signature]) => [signature!]],
    ['three items', (witness) => [...witness, new Uint8Array(0)]],
    ['another key', ([signature]) => [signature!, hexToBytes(record.keys.status)]],
    ['SIGHASH_NONE', ([signature, k]) => [Uint8Array.of(...signature!.subarray(0, -1), 0x02), k!]],
    ['an empty signature', ([, k]) => [new Uint8Array(0), k!]],
    ['a signature that is not DER', ([signature, k]) => [Uint8Array.of(0x31, ...signature!.subarray(1)), k!]],
    ['a high s', ([signature, k]) => [highS(signature!), k!]],
  ];
  for (const [what, change] of forms) {
    it(`refuses ${what} with MDT_WITNESS (MDT-LIN-104)`, async () => {
      await refuses(() => verifyChainSignature(birth(change), key, value, '/t'), 'MDT_WITNESS', '/t');
    });
  }

  it('refuses a scriptSig', async () => {
    const transaction = birth();
    const [input] = transaction.ins;
    if (input) input.script = Uint8Array.of(0x51);
    await refuses(() => verifyChainSignature(transaction, key, value, '/t'), 'MDT_WITNESS', '/t');
  });
});

/** (r, n − s), which verifies where (r, s) does. */
function highS(witness: Uint8Array): Uint8Array {
  const { r, s } = secp256k1.Signature.fromBytes(witness.subarray(0, -1), 'der');
  return Uint8Array.of(...new secp256k1.Signature(r, secp256k1.Point.Fn.ORDER - s).toBytes('der'), 0x01);
}
