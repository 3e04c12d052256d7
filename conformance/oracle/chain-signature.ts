/** The signature of input 0 of an anchor (MDT-LIN-005, -006, -104, -105): BIP-143 for one P2WPKH input, verified by OpenSSL. */
import { createHash, verify } from 'node:crypto';
import { hash256, sha256 } from './digest.ts';
import { Refusal } from './refusal.ts';
import { hasLowS, publicKey } from './signature.ts';
import type { ReadTransaction } from './transaction.ts';

/** OP_0 and the hash of the key. */
export function p2wpkhScript(key33: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('0014', 'hex'), createHash('ripemd160').update(sha256(key33)).digest()]);
}

export function refuseChainSignature(
  transaction: ReadTransaction,
  key33: Uint8Array,
  prevoutValue: number,
  field: string,
): void {
  const refuse = (why: string): never => {
    throw new Refusal('MDT_WITNESS', field, why);
  };
  const [input] = transaction.inputs;
  const [signature, key] = input?.witness ?? [];
  if (!input || !signature || !key || input.witness.length !== 2) return refuse('not two items');
  if (input.script.length > 0) refuse('a scriptSig');
  if (!key.equals(key33)) refuse('another key');
  if (signature.at(-1) !== 0x01) refuse('not SIGHASH_ALL');
  // OpenSSL hashes once more: the signature is over the double SHA-256 of the preimage.
  refuseDerSignature(signature.subarray(0, -1), sha256(preimage(transaction, 0, key33, prevoutValue)), key33, field);
}

/** Refuses a signature of SHA-256(message) that is not strict DER with a low s, or does not verify. */
export function refuseDerSignature(der: Buffer, message: Uint8Array, key33: Uint8Array, field: string): void {
  const compact = compactOf(der);
  if (!compact) throw new Refusal('MDT_WITNESS', field, 'not DER');
  if (!hasLowS(compact)) throw new Refusal('MDT_WITNESS', field, 'a high s');
  if (!verify('sha256', message, { key: publicKey(key33), dsaEncoding: 'ieee-p1363' }, compact)) {
    throw new Refusal('MDT_CHAIN_SIGNATURE', field, 'does not verify');
  }
}

/** What BIP-143 hashes twice for an input under SIGHASH_ALL. */
export function preimage(transaction: ReadTransaction, input: number, key33: Uint8Array, prevoutValue: number): Buffer {
  const { version, inputs, outputs, locktime } = transaction;
  const uint32 = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer);
  const uint64 = (value: bigint): Buffer => Buffer.from(BigUint64Array.of(value).buffer);
  const outpoints = inputs.map(({ hash, index }) => Buffer.concat([hash, uint32(index)]));
  const scripts = outputs.map(({ value, script }) =>
    Buffer.concat([uint64(value), compactSize(script.length), script]),
  );
  return Buffer.concat([
    uint32(version >>> 0),
    hash256(Buffer.concat(outpoints)),
    hash256(Buffer.concat(inputs.map(({ sequence }) => uint32(sequence)))),
    outpoints[input] ?? Buffer.alloc(36),
    Buffer.from('1976a914', 'hex'),
    p2wpkhScript(key33).subarray(2),
    Buffer.from('88ac', 'hex'),
    uint64(BigInt(prevoutValue)),
    uint32(inputs[input]?.sequence ?? 0),
    hash256(Buffer.concat(scripts)),
    uint32(locktime),
    uint32(1),
  ]);
}

function compactSize(length: number): Buffer {
  return length < 0xfd ? Buffer.of(length) : Buffer.of(0xfd, length & 0xff, length >> 8);
}

/** r and s of a strict DER signature, 32 octets each (BIP-66). */
function compactOf(der: Buffer): Buffer | undefined {
  const lengthR = der[3] ?? 0;
  const lengthS = der[5 + lengthR] ?? 0;
  if (
    der[0] !== 0x30 ||
    der[1] !== der.length - 2 ||
    der[2] !== 2 ||
    der[4 + lengthR] !== 2 ||
    6 + lengthR + lengthS !== der.length
  )
    return undefined;
  const numbers = [der.subarray(4, 4 + lengthR), der.subarray(6 + lengthR)].map(integer32);
  return numbers[0] && numbers[1] && Buffer.concat([numbers[0], numbers[1]]);
}

/** A positive DER integer of at most 32 octets without needless zeros, padded. */
function integer32(octets: Buffer): Buffer | undefined {
  const [first = 0x80, second = 0] = octets;
  if (octets.length === 0 || first >= 0x80 || (octets.length > 1 && first === 0 && second < 0x80)) return undefined;
  const plain = first === 0 ? octets.subarray(1) : octets;
  return plain.length > 32 ? undefined : Buffer.concat([Buffer.alloc(32 - plain.length), plain]);
}
