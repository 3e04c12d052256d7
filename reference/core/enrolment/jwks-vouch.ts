/** What ties the keys of an IdP's tokens to its record (MDT-IDP-004, MDT-ENR-101, -102). */
import { concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { documentDigest } from '../canonical.ts';
import { verifyHashSignature } from '../document-signature.ts';
import { MdtError } from '../errors.ts';
import { taggedHash } from '../tagged-hash.ts';

const TAG = 'MDT/1/jwks';
/** A day, and an hour for clocks. */
const LONGEST_SECONDS = 90_000;

/** `milagro_jwks_signature` of an IdP's metadata. */
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

/** A JWK Set as it is shown, beside what is known of the IdP. */
export interface ShownJwks extends JwksSignature {
  readonly entityId: string;
  /** `keys.anchor` of the record in force, 33 octets. */
  readonly anchorKey: Uint8Array;
  readonly jwks: object;
}

/**
 * Believes a JWK Set, or refuses it.
 * @param now the reader's clock, seconds since 1970
 * @throws MdtError MDT_SIGNATURE, MDT_SIGNATURE_HIGH_S, MDT_JWKS_EXPIRES
 */
export function checkJwks({ entityId, anchorKey, jwks, signature, expires }: ShownJwks, now: number): void {
  const field = '/milagro_jwks_signature';
  verifyHashSignature(hexToBytes(signature), jwksHash(entityId, jwks, expires), anchorKey, `${field}/signature`);
  if (expires <= now || expires > now + LONGEST_SECONDS)
    throw new MdtError('MDT_JWKS_EXPIRES', 'the signature has expired, or holds for longer than a day', {
      field: `${field}/expires`,
    });
}
