import { secp256k1 } from '@noble/curves/secp256k1.js';
import { payments, Transaction } from 'bitcoinjs-lib';
import type { Fault, Tools } from './fault.ts';

const NONCE = 0x6d696c6167726fn;

interface Plan {
  readonly coins: readonly { readonly value: number }[];
}

interface Signed {
  readonly transaction: string;
}

/** ECDSA with a nonce that is always the same, DER with low s. */
function signWithOneNonce(hash: Uint8Array, secret: Uint8Array): Uint8Array {
  const { Fn, BASE } = secp256k1.Point;
  const r = Fn.create(BASE.multiply(NONCE).toAffine().x);
  const z = Fn.create(BigInt(`0x${Buffer.from(hash).toString('hex')}`));
  const d = BigInt(`0x${Buffer.from(secret).toString('hex')}`);
  const s = Fn.mul(Fn.inv(NONCE), Fn.create(z + r * d));
  return new secp256k1.Signature(r, s > Fn.ORDER / 2n ? Fn.neg(s) : s).toBytes('der');
}

const fault: Fault = {
  id: 'one-nonce-for-all',
  requirement: 'MDT-KEY-006',
  breaks: 'every input of every anchor is signed with one nonce',
  replaces: {
    'reference/chain/anchor-builder.ts': {
      signAnchor:
        (original: (plan: Plan, secret: Uint8Array) => Signed, tools: Tools) => (plan: Plan, secret: Uint8Array) => {
          tools.fired();
          const signed = original(plan, secret);
          const transaction = Transaction.fromHex(signed.transaction);
          const pubkey = secp256k1.getPublicKey(secret, true);
          const script = payments.p2pkh({ pubkey }).output ?? new Uint8Array();
          for (const [index, { value }] of plan.coins.entries()) {
            const hash = transaction.hashForWitnessV0(index, script, BigInt(value), Transaction.SIGHASH_ALL);
            const der = signWithOneNonce(hash, secret);
            transaction.setWitness(index, [Buffer.concat([der, Buffer.of(Transaction.SIGHASH_ALL)]), pubkey]);
          }
          return { ...signed, transaction: transaction.toHex() };
        },
    },
  },
};

export default fault;
