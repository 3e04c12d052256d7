/** The whole envelope of a Birth Record (spec 3.2, 6.5), after its schema. */
import type { HostedRecord } from '../../reference/gen/schemas.ts';
import { refuseChainSignature } from './chain-signature.ts';
import { readLineage, type ReadLineage } from './lineage.ts';
import { readAnchorProof, refuseLocator } from './proof.ts';
import { refuseChain, refuseRecord, type OwnChain } from './record.ts';
import { Refusal } from './refusal.ts';
import { holdersOf, keyOf, refuseRetirement, refuseSignatures, refuseSuccession } from './succession.ts';

/** Most octets of an envelope that a reader takes (MDT-HST-101). */
export const MAX_ENVELOPE_OCTETS = 1_048_576;

export interface ReadRecord extends ReadLineage {
  /** Of the first record, hexadecimal. */
  entity_id: string;
  /** Of the record in force, hexadecimal. */
  digest: string;
}

export async function readHostedRecord(hosted: HostedRecord, own?: OwnChain): Promise<ReadRecord> {
  const { anchor } = hosted;
  const holders = holdersOf(hosted);
  const [first, last] = [holders[0], holders.at(-1)];
  if (!first || !last) throw new Refusal('MDT_SCHEMA', '/birth_record', 'no record');
  if (own) refuseChain(last.record.chain, own);
  for (const { record } of holders) await refuseRecord(record);
  if (last.digest.toString('hex') !== hosted.sha256)
    throw new Refusal('MDT_DIGEST', '/sha256', 'not that of the record');
  refuseSignatures(hosted, holders);
  const signer = holders.at(-2) ?? first;
  const proven = readAnchorProof(anchor.proof, signer.record.policy.confirmations, '/anchor/proof');
  refuseLocator(anchor.locator, proven, anchor.proof, first.record.chain.genesis, '/anchor/locator');
  refuseChainSignature(proven.transaction, keyOf(signer), anchor.proof.prevout_value, '/anchor/proof/transaction');
  const lineage = readLineage(holders, hosted.lineage, '/lineage');
  const changes = lineage.payloads.flatMap((payload, index) => (payload?.kind === 'SUCCESSOR' ? [index] : []));
  const current = holders.length === 1 ? 0 : (changes[holders.length - 2] ?? 0);
  if (lineage.transactions[current]?.stripped.equals(proven.transaction.stripped) !== true)
    throw new Refusal('MDT_LINEAGE_BROKEN', '/anchor', 'not the anchor of the record in force');
  refuseSuccession(holders);
  if (hosted.retirement) refuseRetirement(hosted.retirement, holders, lineage);
  const { tip, links } = lineage;
  return { entity_id: first.digest.toString('hex'), digest: hosted.sha256, tip, links };
}
