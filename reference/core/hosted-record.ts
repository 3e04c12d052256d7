/** Verification of a hosted record: record, digest, signature, anchor and lineage (spec chapter 3). */
import { sha256 as hashOf } from '@noble/hashes/sha2.js';
import type { Chain, HostedRecord } from '../gen/schemas.ts';
import { checkLocator, verifyAnchorProof } from './anchor-proof.ts';
import { checkChain, checkRecordRules } from './birth-record-rules.ts';
import { canonicalOctets } from './canonical.ts';
import { verifyChainSignature } from './chain-signature.ts';
import { MAX_DOCUMENT_OCTETS, parseEnvelope } from './document-octets.ts';
import { verifyDigestSignature } from './document-signature.ts';
import { MdtError } from './errors.ts';
import { bytesToHex, equalOctets, parseHex } from './hex.ts';
import { verifyLineageProof, type ProvenLineage } from './lineage-proof.ts';
import { validate } from './schema.ts';
import { parseTransaction, transactionHash } from './transaction.ts';

/** Cap of an envelope: a record, its proofs and a year of daily links of 172 octets, in hexadecimal. */
export const MAX_ENVELOPE_OCTETS = 1_048_576;

/** What a verified envelope shows. Nothing here says that the chain is the active one: that takes headers of one's own. */
export interface VerifiedRecord extends ProvenLineage {
  readonly hosted: HostedRecord;
  /** Digest of the record, hexadecimal. */
  readonly digest: string;
}

/**
 * Verifies the octets of a hosted record of a first Birth Record.
 * @param ownChain the reader's genesis and checkpoint; left out, the record's chain is believed
 * @throws MdtError with the code of the first fault
 */
export function verifyHostedRecord(
  octets: Uint8Array,
  ownChain?: Pick<Chain, 'genesis' | 'checkpoint'>,
): VerifiedRecord {
  const hosted = validate('hosted-record', parseEnvelope(octets, MAX_ENVELOPE_OCTETS));
  const { birth_record: record } = hosted;
  if (ownChain) checkChain(record.chain, ownChain);
  checkRecordRules(record);
  const digest = checkDigest(hosted);
  const key = parseHex(record.keys.anchor, 'MDT_SCHEMA', '/birth_record/keys/anchor', 33);
  verifyDigestSignature(
    'milagro-birth-record',
    digest,
    parseHex(hosted.signature, 'MDT_SIGNATURE', '/signature', 64),
    key,
  );
  checkAnchor(hosted, key);
  return { hosted, digest: hosted.sha256, ...verifyLineageProof(record, digest, hosted.lineage, '/lineage') };
}

function checkDigest({ birth_record, sha256 }: HostedRecord): Uint8Array {
  const octets = canonicalOctets(birth_record);
  if (octets.length > MAX_DOCUMENT_OCTETS) {
    throw new MdtError('MDT_DOCUMENT_TOO_LARGE', `${octets.length} canonical octets`, { field: '/birth_record' });
  }
  const digest = hashOf(octets);
  if (bytesToHex(digest) !== sha256) {
    throw new MdtError('MDT_DIGEST', 'not the digest of the record', { field: '/sha256' });
  }
  return digest;
}

/** The anchor shown beside the record is the BIRTH of the lineage. */
function checkAnchor({ anchor, lineage, birth_record }: HostedRecord, key: Uint8Array): void {
  const proven = verifyAnchorProof(anchor.proof, birth_record.policy.confirmations, '/anchor/proof');
  checkLocator(anchor.locator, proven, anchor.proof, '/anchor/locator');
  verifyChainSignature(proven.transaction, key, anchor.proof.prevout_value, '/anchor/proof/transaction');
  const birth = parseTransaction(
    parseHex(lineage.transactions[0], 'MDT_MALFORMED_TX', '/lineage/transactions/0'),
    '/lineage/transactions/0',
  );
  if (!equalOctets(transactionHash(birth), transactionHash(proven.transaction))) {
    throw new MdtError('MDT_LINEAGE_BROKEN', 'the anchor is not the BIRTH of the lineage', { field: '/anchor' });
  }
}
