/** Ed25519 signatures by the equation that spec 8.2 names. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { equalOctets } from './hex.ts';

const { Point } = ed25519;
const SIGNATURE_OCTETS = 64;
const POINT_OCTETS = 32;

/**
 * Whether `signature` is one of `message` by `publicKey`: RFC 8032, 5.1.7, with the equation `[S]B = R + [k]A` and not its
 * multiple by 8, which noble has: of a signature with a part of small order the two say different things.
 */
export function verifies(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_OCTETS || publicKey.length !== POINT_OCTETS) return false;
  const [r, s] = [signature.subarray(0, POINT_OCTETS), bytesToNumberLE(signature.subarray(POINT_OCTETS))];
  if (s >= Point.Fn.ORDER) return false;
  try {
    const key = Point.fromBytes(publicKey);
    const k = Point.Fn.create(bytesToNumberLE(sha512(concatBytes(r, publicKey, message))));
    return equalOctets(Point.BASE.multiplyUnsafe(s).subtract(key.multiplyUnsafe(k)).toBytes(), r);
  } catch {
    return false; // not a point
  }
}
