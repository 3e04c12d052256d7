/** The signature of an IdP over its JWK Set: what ties the keys of its tokens to its record (MDT-IDP-004, -005). */
import { signHash } from '../core/document-signature.ts';
import { jwksHash, type JwksSignature } from '../core/enrolment/jwks-vouch.ts';
import { bytesToHex } from '../core/hex.ts';

/** @param anchorKey secret `keys.anchor` of the record in force, 32 octets */
export function signJwks(entityId: string, jwks: object, expires: number, anchorKey: Uint8Array): JwksSignature {
  return { signature: bytesToHex(signHash(jwksHash(entityId, jwks, expires), anchorKey)), expires };
}
