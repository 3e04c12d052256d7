/** Signatures over documents (MDT-DOC-011 to -014, -113, -114): compact, low-S, RFC 6979, under the document's tag. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { MdtError } from './errors.ts';
import { taggedHash } from './tagged-hash.ts';

/** The type of a document, which is the end of its tag. */
export type DocumentType =
  'milagro-birth-record' | 'milagro-status' | 'milagro-activity-root' | 'milagro-retire' | 'milagro-pat-statement';

// `prehash: false`: what is signed is a hash already. RFC 6979 with SHA-256 and no additional data is the default.
const SIGNING = { prehash: false, lowS: true, format: 'compact' } as const;
const READING = { prehash: false, lowS: false, format: 'compact' } as const;

/** The 32 octets that a document signature signs: `Ht("MDT/1/" ‖ type, digest)`. */
export function signedHash(type: DocumentType, digest: Uint8Array): Uint8Array {
  return taggedHash(`MDT/1/${type}`, digest);
}

/** The 64-octet signature of a document digest by a 32-octet secp256k1 key. */
export function signDigest(type: DocumentType, digest: Uint8Array, secretKey: Uint8Array): Uint8Array {
  return signHash(signedHash(type, digest), secretKey);
}

/** As `signDigest`, of 32 octets as they are. */
export function signHash(hash: Uint8Array, secretKey: Uint8Array): Uint8Array {
  return secp256k1.sign(hash, secretKey, SIGNING);
}

/**
 * Checks a document signature.
 * @param publicKey compressed, 33 octets
 * @throws MdtError MDT_SIGNATURE_HIGH_S where `s` is above half the order, MDT_SIGNATURE where it does not verify.
 */
export function verifyDigestSignature(
  type: DocumentType,
  digest: Uint8Array,
  signature: Uint8Array,
  publicKey: Uint8Array,
  field = '/signature',
): void {
  verifyHashSignature(signature, signedHash(type, digest), publicKey, field);
}

/** As `verifyDigestSignature`, of 32 octets as they are. */
export function verifyHashSignature(
  signature: Uint8Array,
  hash: Uint8Array,
  publicKey: Uint8Array,
  field: string,
): void {
  if (!verifies(signature, hash, publicKey)) {
    throw new MdtError('MDT_SIGNATURE', 'the document signature does not verify', { field });
  }
  // Asked after verification: for noise of 64 octets "high s" would be the wrong story.
  if (secp256k1.Signature.fromBytes(signature, 'compact').hasHighS()) {
    throw new MdtError('MDT_SIGNATURE_HIGH_S', 'the document signature has a high s', { field });
  }
}

function verifies(signature: Uint8Array, hash: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return secp256k1.verify(signature, hash, publicKey, READING);
  } catch {
    return false; // a key or signature that is not even well-formed
  }
}
