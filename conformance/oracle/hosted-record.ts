/** The whole envelope of a first Birth Record (spec 3.2), after its schema. */
import type { HostedRecord } from '../../reference/gen/schemas.ts';
import { refuseChainSignature } from './chain-signature.ts';
import { canonicalOctets, sha256 } from './digest.ts';
import { MAX_DOCUMENT_OCTETS } from './json.ts';
import { readAnchorProof, readLineageProof, refuseLocator } from './proof.ts';
import { refuseChain, refuseRecord, type OwnChain } from './record.ts';
import { Refusal } from './refusal.ts';
import { refuseSignature } from './signature.ts';

/** Most octets of an envelope that a reader takes (MDT-HST-101). */
export const MAX_ENVELOPE_OCTETS = 1_048_576;

export interface ReadRecord {
  /** Of the record, hexadecimal. */
  digest: string;
  tip: string;
  links: number;
}

export async function readHostedRecord(hosted: HostedRecord, own?: OwnChain): Promise<ReadRecord> {
  const { birth_record: record, anchor, lineage } = hosted;
  if (own) refuseChain(record.chain, own);
  await refuseRecord(record);
  const octets = canonicalOctets(record);
  if (octets.length > MAX_DOCUMENT_OCTETS)
    throw new Refusal('MDT_DOCUMENT_TOO_LARGE', '/birth_record', `${String(octets.length)} octets`);
  const digest = sha256(octets);
  if (digest.toString('hex') !== hosted.sha256) throw new Refusal('MDT_DIGEST', '/sha256', 'not that of the record');
  const key = Buffer.from(record.keys.anchor, 'hex');
  refuseSignature('MDT/1/milagro-birth-record', digest, Buffer.from(hosted.signature, 'hex'), key);
  const proven = readAnchorProof(anchor.proof, record.policy.confirmations, '/anchor/proof');
  refuseLocator(anchor.locator, proven, anchor.proof, '/anchor/locator');
  refuseChainSignature(proven.transaction, key, anchor.proof.prevout_value, '/anchor/proof/transaction');
  const read = readLineageProof(record, digest, lineage, '/lineage');
  if (!proven.transaction.stripped.equals(Buffer.from(lineage.transactions[0], 'hex'))) {
    throw new Refusal('MDT_LINEAGE_BROKEN', '/anchor', 'not the BIRTH of the lineage');
  }
  return { digest: hosted.sha256, ...read };
}
