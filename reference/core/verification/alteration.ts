/**
 * A record that its own key signed in the place of the one anchored (MDT-VER-103). The key is known from the chain: the
 * anchor shown commits to another digest, and was signed by the key that signs the record, or hands the lineage to it.
 */
import type { HostedRecord } from '../../gen/schemas.ts';
import { readPayload, continuationScript } from '../anchor-transaction.ts';
import type { HeaderChain } from '../header-chain.ts';
import { MdtError } from '../errors.ts';
import { bytesToHex, equalOctets } from '../hex.ts';
import { p2wpkhScript } from '../public-key-script.ts';
import { inForce, type Succession } from '../succession.ts';
import { checkAnchor } from './chain-steps.ts';

/**
 * The entity whose record was altered, or `undefined` where the chain does not show that one was. The signatures of the
 * records have been verified.
 */
export function alteredEntity(hosted: HostedRecord, records: Succession, chain: HeaderChain): string | undefined {
  try {
    const { transaction } = checkAnchor(hosted, records, chain, {});
    const payload = readPayload(transaction, '/anchor');
    const { digest, key } = inForce(records);
    if (!('digest' in payload) || equalOctets(payload.digest, digest)) return undefined;
    if (payload.kind === 'BIRTH') return records.length === 1 ? bytesToHex(payload.digest) : undefined;
    const handedTo = equalOctets(continuationScript(transaction, '/anchor'), p2wpkhScript(key));
    const ofThisEntity = equalOctets(payload.entityId, records[0].digest);
    return payload.kind === 'SUCCESSOR' && handedTo && ofThisEntity ? bytesToHex(payload.entityId) : undefined;
  } catch (error) {
    if (error instanceof MdtError) return undefined;
    throw error;
  }
}
