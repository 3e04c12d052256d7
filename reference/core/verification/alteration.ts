/**
 * A record that its own key signed in the place of the one anchored (MDT-VER-103), where the key is known from what is
 * shown: the first record, whose lineage promised and paid the key, hands it over in a SUCCESSOR that commits to another
 * record. Anybody can anchor anybody's digest in a BIRTH of his own, so a BIRTH alone says nothing of whose key it was.
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import type { HostedRecord, LineageProof } from '../../gen/schemas.ts';
import { readPayload } from '../anchor-transaction.ts';
import type { HeaderChain } from '../header-chain.ts';
import { MdtError } from '../errors.ts';
import { bytesToHex, equalOctets } from '../hex.ts';
import { checkAnchorLink } from '../hosted-record.ts';
import { verifyLineage } from '../lineage-proof.ts';
import { parseHashedStripped } from '../transaction.ts';
import { checkSuccession, inForce, type Succession } from '../succession.ts';
import { checkAnchor, checkPlace } from './chain-steps.ts';

/**
 * The entity whose record was altered, or `undefined` where the chain does not show that one was. The signatures of the
 * records have been verified.
 * @param own the reader's own policy
 */
export function alteredEntity(
  hosted: HostedRecord,
  records: Succession,
  chain: HeaderChain,
  own: number,
): string | undefined {
  const [first, ...later] = records;
  if (later.length === 0) return undefined;
  try {
    const anchor = checkAnchor(hosted, records, chain, own, {});
    const payload = readPayload(anchor.transaction, '/anchor');
    const shown = inForce(records);
    if (payload.kind !== 'SUCCESSOR' || equalOctets(payload.digest, shown.digest)) return undefined;
    checkSuccession([first, ...later.slice(0, -1)]);
    // With the digest that is anchored all is right from the outpoint of the first record to the key. What comes after says
    // nothing of whose key it was.
    const lineage = verifyLineage(
      [first, ...later.slice(0, -1), { ...shown, digest: payload.digest }],
      upTo(anchor.hash, hosted),
      '/lineage',
    );
    checkAnchorLink(anchor, lineage);
    for (const { proof } of lineage.proven) {
      checkPlace(proof.locator, chain, own, '/lineage/proofs');
    }
    return bytesToHex(first.digest);
  } catch (error) {
    if (error instanceof MdtError) return undefined;
    throw error;
  }
}

/**
 * The lineage as far as the anchor of the record in force, which the proof beside the record shows.
 * @throws MdtError MDT_LINEAGE_BROKEN where it is not in the lineage
 */
function upTo(hash: Uint8Array, { anchor, lineage }: HostedRecord): LineageProof {
  const at = lineage.transactions.findIndex((hex) => equalOctets(parseHashedStripped(hexToBytes(hex), '').hash, hash));
  if (at < 0) throw new MdtError('MDT_LINEAGE_BROKEN', 'the anchor is not in the lineage', { field: '/anchor' });
  const [birth, ...others] = lineage.transactions;
  const before = lineage.proofs.filter(({ link }) => link < at);
  return { transactions: [birth, ...others.slice(0, at)], proofs: [{ link: at, ...anchor }, ...before] };
}
