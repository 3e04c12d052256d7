/** The document with which an entity ends, beside its RETIRE (spec 6.3, MDT-RET-101). */
import { sha256 } from '@noble/hashes/sha2.js';
import type { HostedRetirement } from '../gen/schemas.ts';
import { canonicalOctets } from './canonical.ts';
import { MAX_DOCUMENT_OCTETS } from './document-octets.ts';
import { verifyDigestSignature } from './document-signature.ts';
import { MdtError } from './errors.ts';
import { bytesToHex, equalOctets, parseHex } from './hex.ts';
import type { Link } from './lineage-links.ts';
import type { EntityRecord } from './succession.ts';

/**
 * The digest of a retirement, which is the one stated.
 * @throws MdtError MDT_DOCUMENT_TOO_LARGE or MDT_DIGEST
 */
export function retirementDigest({ retirement, sha256: stated }: HostedRetirement, place: string): Uint8Array {
  const octets = canonicalOctets(retirement);
  if (octets.length > MAX_DOCUMENT_OCTETS) {
    throw new MdtError('MDT_DOCUMENT_TOO_LARGE', `${octets.length} canonical octets`, { field: `${place}/retirement` });
  }
  const digest = sha256(octets);
  if (bytesToHex(digest) !== stated) {
    throw new MdtError('MDT_DIGEST', 'not the digest of the retirement', { field: `${place}/sha256` });
  }
  return digest;
}

/**
 * Checks that the key in force signed a retirement.
 * @throws MdtError MDT_SIGNATURE or MDT_SIGNATURE_HIGH_S
 */
export function checkRetirementSignature(
  { signature }: HostedRetirement,
  digest: Uint8Array,
  { key }: EntityRecord,
  place: string,
): void {
  const field = `${place}/signature`;
  verifyDigestSignature('milagro-retire', digest, parseHex(signature, 'MDT_SIGNATURE', field, 64), key, field);
}

/**
 * Checks a retirement against the lineage that it ends.
 * @throws MdtError MDT_RETIREMENT or MDT_DIGEST
 */
export function checkRetirement(
  { retirement }: HostedRetirement,
  digest: Uint8Array,
  first: EntityRecord,
  tip: Link | undefined,
  place: string,
): void {
  if (tip?.payload.kind !== 'RETIRE') {
    throw new MdtError('MDT_RETIREMENT', 'the lineage has no RETIRE', { field: place });
  }
  if (retirement.entity_id !== bytesToHex(first.digest)) {
    throw new MdtError('MDT_RETIREMENT', 'of another entity', { field: `${place}/retirement/entity_id` });
  }
  if (!equalOctets(tip.payload.digest, digest)) {
    throw new MdtError('MDT_DIGEST', 'the RETIRE anchors another digest', { field: `${place}/sha256` });
  }
  if (retirement.chain.genesis !== first.record.chain.genesis) {
    throw new MdtError('MDT_WRONG_CHAIN', 'another chain than the record', { field: `${place}/retirement/chain` });
  }
}
