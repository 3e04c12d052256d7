/** PAT statements and their signatures (spec 10.1). */
import { concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import type { BlockRef, Chain, PatStatement } from '../../gen/schemas.ts';
import { documentDigest } from '../canonical.ts';
import { signHash, verifyHashSignature } from '../document-signature.ts';
import { bytesToHex } from '../hex.ts';
import { validate } from '../schema.ts';
import { taggedHash } from '../tagged-hash.ts';

export interface StatementContent {
  readonly chain: Chain;
  readonly created: string;
  readonly freshness: BlockRef;
  /** Compressed, 33 octets. */
  readonly subjectKey: Uint8Array;
  /** SHA-256 of what is stated, 32 octets. */
  readonly statementDigest: Uint8Array;
}

/** The document, unsigned. */
export function writeStatement(content: StatementContent): PatStatement {
  const { chain, created, freshness, subjectKey, statementDigest } = content;
  return validate('pat-statement', {
    ...{ type: 'milagro-pat-statement', spec: '1.0', chain, created, freshness },
    subject_key: bytesToHex(subjectKey),
    statement_digest: bytesToHex(statementDigest),
  });
}

const KEY_OCTETS = 33;
const DIGEST_OCTETS = 32;
export const PAT_SIGNATURE_TAG = 'MDT/1/pat-signature';

/** The 32 octets that a PAT signs: `Ht("MDT/1/pat-signature", subject_key ‖ digest)`. */
export function statementHash(subjectKey: Uint8Array, digest: Uint8Array): Uint8Array {
  return taggedHash(PAT_SIGNATURE_TAG, concatBytes(subjectKey, digest));
}

/** 64 octets. @param secretKey of `subject_key`, 32 octets */
export function signStatement(statement: PatStatement, secretKey: Uint8Array): Uint8Array {
  const hash = statementHash(hexToBytes(statement.subject_key), documentDigest(statement));
  return signHash(hash, secretKey);
}

/** A statement with its signature as a leaf of a batch (spec 10.2): `subject_key ‖ digest ‖ signature`, 129 octets. */
export function leafOf(statement: PatStatement, signature: Uint8Array): Uint8Array {
  return concatBytes(hexToBytes(statement.subject_key), documentDigest(statement), signature);
}

/**
 * As `leafOf`, once the signature is verified.
 * @throws MdtError MDT_SIGNATURE or MDT_SIGNATURE_HIGH_S (MDT-PAT-104)
 */
export function verifiedLeaf(statement: PatStatement, signature: Uint8Array): Uint8Array {
  const leaf = leafOf(statement, signature);
  const [key, digest] = [leaf.subarray(0, KEY_OCTETS), leaf.subarray(KEY_OCTETS, KEY_OCTETS + DIGEST_OCTETS)];
  verifyHashSignature(signature, statementHash(key, digest), key, '/signature');
  return leaf;
}
