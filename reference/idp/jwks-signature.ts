/** The signature of an IdP over its JWK Set: what ties the keys of its tokens to its record (MDT-IDP-004, -005). */
import { concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { documentDigest } from '../core/canonical.ts';
import { signHash } from '../core/document-signature.ts';
import { bytesToHex } from '../core/hex.ts';
import { taggedHash } from '../core/tagged-hash.ts';

const TAG = 'MDT/1/jwks';

export interface JwksSignature {
  /** Compact, low-S, 64 octets, hexadecimal. */
  readonly signature: string;
  /** Seconds since 1970. */
  readonly expires: number;
}

/** The 32 octets that are signed: `Ht("MDT/1/jwks", entity_id ‖ SHA-256(JCS(jwks)) ‖ expires)`, `expires` in 8 octets. */
export function jwksHash(entityId: string, jwks: object, expires: number): Uint8Array {
  const until = new Uint8Array(8);
  new DataView(until.buffer).setBigUint64(0, BigInt(expires));
  return taggedHash(TAG, concatBytes(hexToBytes(entityId), documentDigest(jwks), until));
}

/** @param anchorKey secret `keys.anchor` of the record in force, 32 octets */
export function signJwks(entityId: string, jwks: object, expires: number, anchorKey: Uint8Array): JwksSignature {
  return { signature: bytesToHex(signHash(jwksHash(entityId, jwks, expires), anchorKey)), expires };
}
