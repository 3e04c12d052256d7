/** Document signatures (spec 1.2), verified by OpenSSL; the nonce of RFC 6979 re-derived with HMAC and ECDH of node:crypto. */
import { createECDH, createHmac, createPublicKey, ECDH, verify, type KeyObject } from 'node:crypto';
import { sha256, tagged } from './digest.ts';
import { Refusal } from './refusal.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** OpenSSL key from a compressed secp256k1 point; throws `Refusal` where the octets are no point. */
export function publicKey(point33: Uint8Array): KeyObject {
  let point: Buffer;
  try {
    if (point33.length !== 33) throw new RangeError('not 33 octets'); // OpenSSL takes other forms of a point, too
    point = ECDH.convertKey(point33, 'secp256k1', undefined, undefined, 'uncompressed') as Buffer;
  } catch {
    throw new Refusal('MDT_SCHEMA', '/keys', 'not a point of secp256k1');
  }
  const coordinate = (from: number): string => point.subarray(from, from + 32).toString('base64url');
  return createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'secp256k1', x: coordinate(1), y: coordinate(33) } });
}

/** Whether `signature64` signs `Ht(tag, digest32)` under `point33`. OpenSSL decides; the rule on `s` is apart (`hasLowS`). */
export function verifies(tag: string, digest32: Uint8Array, signature64: Uint8Array, point33: Uint8Array): boolean {
  return verifiesMessage(tagged(tag, digest32), signature64, point33);
}

function verifiesMessage(message: Uint8Array, signature64: Uint8Array, point33: Uint8Array): boolean {
  return verify('sha256', message, { key: publicKey(point33), dsaEncoding: 'ieee-p1363' }, signature64);
}

export function hasLowS(signature64: Uint8Array): boolean {
  return BigInt(`0x${Buffer.from(signature64).subarray(32).toString('hex')}`) <= ORDER / 2n;
}

/** The whole rule for a reader: length, low s, validity. */
export function refuseSignature(tag: string, digest32: Uint8Array, signature64: Uint8Array, point33: Uint8Array): void {
  refuseMessageSignature(tagged(tag, digest32), signature64, point33);
}

/** The same for a signature of SHA-256(message). */
export function refuseMessageSignature(message: Uint8Array, signature64: Uint8Array, point33: Uint8Array): void {
  if (signature64.length !== 64) throw new Refusal('MDT_SIGNATURE', '/signature', 'not 64 octets');
  if (!verifiesMessage(message, signature64, point33))
    throw new Refusal('MDT_SIGNATURE', '/signature', 'does not verify');
  if (!hasLowS(signature64)) throw new Refusal('MDT_SIGNATURE_HIGH_S', '/signature', 's is above half the order');
}

/** `r` of the RFC 6979 signature (3.2, HMAC-SHA-256) of `Ht(tag, digest32)` with this private key. */
export function deterministicR(tag: string, digest32: Uint8Array, privateKey32: Uint8Array): Buffer {
  return pointOf(deterministicNonce(sha256(tagged(tag, digest32)), privateKey32)).subarray(1);
}

/** The one signature that spec 1.2 leaves. */
export function deterministicSignature(tag: string, digest32: Uint8Array, privateKey32: Uint8Array): Buffer {
  return signHash(sha256(tagged(tag, digest32)), privateKey32);
}

/** ECDSA of a hash with the nonce of RFC 6979 and low s. Arithmetic on big integers, which is slow and leaks; it is for published keys. */
export function signHash(hash: Uint8Array, privateKey32: Uint8Array): Buffer {
  const nonce = deterministicNonce(hash, privateKey32);
  const r = fromOctets(pointOf(nonce).subarray(1)) % ORDER;
  const s = (inverse(fromOctets(nonce)) * (fromOctets(hash) + r * fromOctets(privateKey32))) % ORDER;
  return Buffer.concat([toOctets(r), toOctets(s > ORDER / 2n ? ORDER - s : s)]);
}

function deterministicNonce(hash: Uint8Array, privateKey32: Uint8Array): Buffer {
  const h1 = toOctets(fromOctets(hash) % ORDER);
  let k = Buffer.alloc(32, 0);
  let v = Buffer.alloc(32, 1);
  const mac = (...parts: Uint8Array[]): Buffer<ArrayBuffer> =>
    Buffer.from(createHmac('sha256', k).update(Buffer.concat(parts)).digest());
  for (const step of [0, 1]) {
    k = mac(v, Buffer.from([step]), privateKey32, h1);
    v = mac(v);
  }
  // A candidate at or above the order has probability 2^-128 and is not met in a test run.
  return mac(v);
}

/** a^(n − 2) mod n, which is 1/a because n is prime. */
function inverse(a: bigint): bigint {
  let [result, base, exponent] = [1n, a % ORDER, ORDER - 2n];
  for (; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = (result * base) % ORDER;
    base = (base * base) % ORDER;
  }
  return result;
}

/** Compressed public key of a private key. */
export function pointOf(privateKey32: Uint8Array): Buffer {
  const curve = createECDH('secp256k1');
  curve.setPrivateKey(privateKey32);
  return curve.getPublicKey(null, 'compressed');
}

function fromOctets(octets: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(octets).toString('hex')}`);
}

function toOctets(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
}
