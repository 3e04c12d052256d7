/** The group of anchor-proof.json on the witness of input 0 (MDT-LIN-005, -006, -104, -105). */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { payments, Transaction } from 'bitcoinjs-lib';
import { EXAMPLE_ANCHOR_KEY } from './example-record.ts';
import { keyOf, publicKey } from './keys.ts';
import { RECORDED } from './recorded-proofs.ts';
import type { GroupBuilder } from './vector-builder.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

export function chainSignatures(group: GroupBuilder): void {
  const { birth, status } = RECORDED;
  const anchor = publicKey(EXAMPLE_ANCHOR_KEY);
  const input = (
    transaction: string,
    value: number = birth.prevout_value,
    key: Buffer = anchor,
  ): Record<string, unknown> => ({
    transaction,
    prevout_value: value,
    public_key: key.toString('hex'),
  });
  group.valid(
    {
      comment: 'a BIRTH that bitcoind accepted',
      requirements: ['MDT-LIN-005', 'MDT-LIN-104', 'MDT-LIN-105'],
      input: input(birth.transaction),
    },
    {},
  );
  group.valid(
    {
      comment: 'a STATUS that bitcoind accepted',
      requirements: ['MDT-LIN-005', 'MDT-LIN-104', 'MDT-LIN-105'],
      input: input(status.transaction, status.prevout_value),
    },
    {},
  );

  const [der = Buffer.alloc(0)] = witnessOf(birth.transaction);
  const witness = (comment: string, ...items: Uint8Array[]): void =>
    group.invalid(
      {
        comment,
        flags: ['Witness'],
        requirements: ['MDT-LIN-104'],
        input: input(withWitness(birth.transaction, items)),
      },
      'MDT_WITNESS',
    );
  const bare = der.subarray(0, -1);
  witness('the signature alone', der);
  witness('an item more', der, anchor, Buffer.of(1));
  witness('key and signature exchanged', anchor, der);
  witness('another key', der, publicKey(keyOf('other')));
  witness('the key uncompressed', der, Buffer.from(secp256k1.getPublicKey(EXAMPLE_ANCHOR_KEY, false)));
  witness('SIGHASH_ALL | ANYONECANPAY', signed(0x81), anchor);
  witness('SIGHASH_NONE', signed(0x02), anchor);
  witness('SIGHASH_SINGLE', signed(0x03), anchor);
  witness('no SIGHASH octet', bare, anchor);
  witness('a high s', highS(bare), anchor);
  witness(
    'the compact form',
    Buffer.concat([secp256k1.Signature.fromBytes(bare, 'der').toBytes('compact'), Buffer.of(1)]),
    anchor,
  );
  witness('a needless zero before r', padded(bare), anchor);
  witness('an empty signature', Buffer.alloc(0), anchor);

  const refuse = (comment: string, flag: string, refused: Record<string, unknown>): void =>
    group.invalid({ comment, flags: [flag], requirements: ['MDT-LIN-105'], input: refused }, 'MDT_CHAIN_SIGNATURE');
  refuse('prevout_value one satoshi more', 'Prevout', input(birth.transaction, birth.prevout_value + 1));
  refuse('prevout_value of 0', 'Prevout', input(birth.transaction, 0));
  refuse(
    'the signature of the STATUS',
    'Witness',
    input(withWitness(birth.transaction, witnessOf(status.transaction))),
  );
  refuse('another payload after signing', 'Witness', input(birth.transaction.replace('010101', '010102')));
  refuse(
    'another value of the continuation after signing',
    'Witness',
    input(birth.transaction.replace('583e0f00', '593e0f00')),
  );
}

function witnessOf(transaction: string): Buffer[] {
  return (Transaction.fromHex(transaction).ins[0]?.witness ?? []).map((item) => Buffer.from(item));
}

function withWitness(transaction: string, witness: Uint8Array[]): string {
  const parsed = Transaction.fromHex(transaction);
  parsed.setWitness(0, witness);
  return parsed.toHex();
}

/** A valid signature of the BIRTH under another hash type. */
function signed(type: number): Buffer {
  const parsed = Transaction.fromHex(RECORDED.birth.transaction);
  const { pubkey } = { pubkey: publicKey(EXAMPLE_ANCHOR_KEY) };
  const script = payments.p2pkh({ pubkey }).output ?? Buffer.alloc(0);
  const hash = parsed.hashForWitnessV0(0, script, BigInt(RECORDED.birth.prevout_value), type);
  return Buffer.concat([
    secp256k1.sign(hash, EXAMPLE_ANCHOR_KEY, { prehash: false, lowS: true, format: 'der' }),
    Buffer.of(type),
  ]);
}

function highS(der: Uint8Array): Buffer {
  const { r, s } = secp256k1.Signature.fromBytes(der, 'der');
  return Buffer.concat([new secp256k1.Signature(r, ORDER - s).toBytes('der'), Buffer.of(1)]);
}

/** The same numbers, r with a zero octet too many: not DER. */
function padded(der: Uint8Array): Buffer {
  const octets = Buffer.from(der);
  const length = octets[3] ?? 0;
  const total = Buffer.of(0x30, (octets[1] ?? 0) + 1, 0x02, length + 1, 0x00);
  return Buffer.concat([total, octets.subarray(4), Buffer.of(1)]);
}
