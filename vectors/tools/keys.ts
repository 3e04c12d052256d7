/**
 * The keys of vectors and examples: SHA-256 of a published text, so that anybody can make them again and
 * nobody takes them for secrets.
 */
import { createHash } from 'node:crypto';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { POP_TAG } from '../../conformance/oracle/bls.ts';

export function sha256(...parts: (Uint8Array | string)[]): Buffer {
  return parts.reduce<ReturnType<typeof createHash>>((hash, part) => hash.update(part), createHash('sha256')).digest();
}

/** 32 octets that the name gives. */
export function keyOf(name: string): Buffer {
  return sha256(`milagro-trust vector key: ${name}`);
}

/** A digest of nothing in particular. */
export function digestOf(name: string): Buffer {
  return sha256(`milagro-trust vector digest: ${name}`);
}

export function publicKey(key: Uint8Array): Buffer {
  return Buffer.from(secp256k1.getPublicKey(key, true));
}

export function ed25519Key(name: string): string {
  return Buffer.from(ed25519.getPublicKey(keyOf(name))).toString('hex');
}

/** Of order 8. */
const TORSION = '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05';

/** An Ed25519 signature whose R has a part of order 8: right by the equation times 8, and wrong by the one without. */
export function signWithTorsion(message: Uint8Array, name: string): Buffer {
  const { Point } = ed25519;
  const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(keyOf(name));
  const scalarOf = (...parts: Uint8Array[]): bigint =>
    Point.Fn.create(
      BigInt(`0x${createHash('sha512').update(Buffer.concat(parts)).digest().reverse().toString('hex')}`),
    );
  const nonce = scalarOf(keyOf(name), message);
  const r = Buffer.from(Point.BASE.multiply(nonce).add(Point.fromHex(TORSION)).toBytes());
  const s = Point.Fn.create(nonce + scalarOf(r, pointBytes, message) * scalar);
  return Buffer.concat([r, littleEndian(s)]);
}

/** The same signature with the order of the group added to its S. */
export function withGreatS(signature: Buffer): Buffer {
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`);
  return Buffer.concat([signature.subarray(0, 32), littleEndian(s + ed25519.Point.Fn.ORDER)]);
}

function littleEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
}

/** A signature of 32 octets as they are: RFC 6979, low s, compact. */
export function signHash(hash: Uint8Array, key: Uint8Array): Buffer {
  return Buffer.from(secp256k1.sign(hash, key, { prehash: false, lowS: true, format: 'compact' }));
}

/** What the tagged hash hashes. */
export function tagged(tag: string, message: Uint8Array): Buffer {
  return Buffer.concat([sha256(tag), sha256(tag), message]);
}

/** The signature of a document's digest (spec 1.2). */
export function signDigest(type: string, digest: Uint8Array, key: Uint8Array): Buffer {
  return signHash(sha256(tagged(`MDT/1/${type}`, digest)), key);
}

export interface MasterKey {
  mpk: string;
  pop: string;
}

/** A master key with its proof of possession for an anchor key, by noble-curves. */
export function masterKey(name: string, anchor33: Uint8Array, tag: string = POP_TAG): MasterKey {
  const secret = bls12_381.fields.Fr.create(BigInt(`0x${keyOf(name).toString('hex')}`));
  const mpk = Buffer.from(bls12_381.G2.Point.BASE.multiply(secret).toBytes());
  const hashed = bls12_381.G1.hashToCurve(Buffer.concat([mpk, anchor33]), { DST: tag });
  const pop = bls12_381.G1.Point.fromAffine(hashed.toAffine()).multiply(secret);
  return { mpk: mpk.toString('hex'), pop: Buffer.from(pop.toBytes()).toString('hex') };
}
