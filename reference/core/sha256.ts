/**
 * SHA-256 (FIPS 180-4) by OpenSSL, for what hashes by the million. A hash comes out of OpenSSL as a string of 32 characters:
 * making a Buffer for it there takes three times as long as the hash.
 */
import { hash } from 'node:crypto';

/** Length of a hash, in octets. */
export const HASH_OCTETS = 32;

/** Writes the hash of some octets into others at a place. They may be the same: it is written when all is read. */
export function sha256Into(octets: Uint8Array, into: Buffer, at = 0): void {
  into.write(hash('sha256', octets, 'binary'), at, 'binary');
}
