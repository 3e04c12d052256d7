/** Verification of a hosted record by itself: records, signatures, anchor, lineage, retirement (spec chapters 3 and 6). */
import type { Chain, HostedRecord } from '../gen/schemas.ts';
import { checkLocator, verifyAnchorProof, type ProvenTransaction } from './anchor-proof.ts';
import { verifyChainSignature } from './chain-signature.ts';
import { parseEnvelope } from './document-octets.ts';
import { MdtError } from './errors.ts';
import { bytesToHex, equalOctets } from './hex.ts';
import { summaryOf, verifyLineage, type ProvenLineage, type VerifiedLineage } from './lineage-proof.ts';
import { checkRetirement, checkRetirementSignature, retirementDigest } from './retirement.ts';
import { validate } from './schema.ts';
import {
  checkRecords,
  checkSignatures,
  checkSuccession,
  inForce,
  readSuccession,
  type Succession,
} from './succession.ts';

/** Cap of an envelope: a record, its proofs and a year of daily links of 172 octets, in hexadecimal. */
export const MAX_ENVELOPE_OCTETS = 1_048_576;

/** What a verified envelope shows. Nothing here says that the chain is the active one: that takes headers of one's own. */
export interface VerifiedRecord extends ProvenLineage {
  readonly hosted: HostedRecord;
  /** Digest of the first record, hexadecimal. */
  readonly entityId: string;
  /** Digest of the record in force, hexadecimal. */
  readonly digest: string;
}

/**
 * Verifies the octets of a hosted record.
 * @param ownChain the reader's genesis and checkpoint; left out, the record's chain is believed
 * @throws MdtError with the code of the first fault
 */
export function verifyHostedRecord(
  octets: Uint8Array,
  ownChain?: Pick<Chain, 'genesis' | 'checkpoint'>,
): VerifiedRecord {
  const hosted = readEnvelope(octets);
  const records = readSuccession(hosted);
  checkRecords(records, ownChain);
  checkStatedDigest(hosted, records);
  checkSignatures(records);
  const anchor = verifyAnchor(hosted, records);
  const lineage = verifyLineage(records, hosted.lineage, '/lineage');
  checkAnchorLink(anchor, lineage);
  checkSuccession(records);
  checkHostedRetirement(hosted, records, lineage);
  return {
    hosted,
    entityId: bytesToHex(records[0].digest),
    digest: hosted.sha256,
    ...summaryOf(lineage),
  };
}

/** The envelope in a hosted record's octets. */
export function readEnvelope(octets: Uint8Array): HostedRecord {
  return validate('hosted-record', parseEnvelope(octets, MAX_ENVELOPE_OCTETS));
}

/** @throws MdtError MDT_DIGEST where `sha256` is not that of the record in force */
export function checkStatedDigest({ sha256 }: HostedRecord, records: Succession): void {
  if (bytesToHex(inForce(records).digest) !== sha256) {
    throw new MdtError('MDT_DIGEST', 'not the digest of the record', { field: '/sha256' });
  }
}

/** The anchor beside the record: a BIRTH signed by its key, or a SUCCESSOR signed by the key before. */
export function verifyAnchor({ anchor }: HostedRecord, records: Succession): ProvenTransaction {
  const { key, record } = records.at(-2) ?? records[0];
  const proven = verifyAnchorProof(anchor.proof, record.policy.confirmations, '/anchor/proof');
  checkLocator(anchor.locator, proven, anchor.proof, record.chain.genesis, '/anchor/locator');
  verifyChainSignature(proven.transaction, key, anchor.proof.prevout_value, '/anchor/proof/transaction');
  return proven;
}

/**
 * The anchor shown beside the record is the link of the lineage that put it in force.
 * @throws MdtError MDT_LINEAGE_BROKEN
 */
export function checkAnchorLink(anchor: ProvenTransaction, { links, proven }: VerifiedLineage): void {
  const newest = Math.max(...proven.map(({ index }) => index));
  const link = links.findLast(
    ({ payload: { kind } }, index) => kind === 'BIRTH' || (kind === 'SUCCESSOR' && index <= newest),
  );
  if (link === undefined || !equalOctets(link.hash, anchor.hash)) {
    throw new MdtError('MDT_LINEAGE_BROKEN', 'the anchor is not the BIRTH or SUCCESSOR of the record', {
      field: '/anchor',
    });
  }
}

/** @throws MdtError with a code of MDT-RET-101 */
export function checkHostedRetirement(
  { retirement }: HostedRecord,
  records: Succession,
  { links }: VerifiedLineage,
): void {
  if (retirement === undefined) return;
  const digest = retirementDigest(retirement, '/retirement');
  checkRetirementSignature(retirement, digest, inForce(records), '/retirement');
  checkRetirement(retirement, digest, records[0], links.at(-1), '/retirement');
}
