/** A record that its own key signed in the place of the one anchored (MDT-VER-103). */
import type { HostedRecord, Locator } from '../../reference/gen/schemas.ts';
import { refuseChainSignature } from './chain-signature.ts';
import type { PlacedHeader } from './header-chain.ts';
import { readLineage, type Holder } from './lineage.ts';
import { opReturnIndex, pushedData, readPayload } from './payload.ts';
import { readAnchorProof, scriptsOf } from './proof.ts';
import { Refusal } from './refusal.ts';
import { keyOf, refuseSuccession } from './succession.ts';
import { readStripped } from './transaction.ts';

/**
 * Refuses what does not show that the lineage, which begins with the first record shown, hands over to the key of the newest
 * record by a SUCCESSOR that commits to another record. A BIRTH alone ties no key to the digest in it: anybody can make one.
 * What comes after the SUCCESSOR says nothing of whose key it was; the anchor beside the record proves it.
 */
export function expectAltered(
  { anchor, lineage }: HostedRecord,
  holders: readonly Holder[],
  active: ReadonlyMap<number, PlacedHeader>,
): void {
  const [last, signer] = [holders.at(-1), holders.at(-2)];
  if (!last || !signer) throw new Refusal('MDT_ALTERED', '/birth_record', 'no successor');
  const { transaction } = readAnchorProof(anchor.proof, signer.record.policy.confirmations);
  refuseChainSignature(transaction, keyOf(signer), anchor.proof.prevout_value, '');
  const scripts = scriptsOf(transaction);
  const payload = readPayload(pushedData(scripts[opReturnIndex(scripts)] ?? Buffer.alloc(0)));
  if (payload?.kind !== 'SUCCESSOR' || payload.digest === last.digest.toString('hex'))
    throw new Refusal('MDT_ALTERED', '/anchor', 'not altered');
  refuseSuccession(holders.slice(0, -1));
  const isIt = (hex: string): boolean => readStripped(Buffer.from(hex, 'hex'), '').hash.equals(transaction.hash);
  const at = lineage.transactions.findIndex(isIt);
  const before = lineage.proofs.filter(({ link }) => link < at);
  const isPlaced = ({ height, block_hash: hash }: Locator): boolean => active.get(height)?.hash === hash;
  if (at < 0 || ![anchor, ...before].every(({ locator }) => isPlaced(locator)))
    throw new Refusal('MDT_LINEAGE_BROKEN', '/lineage', 'not there, or elsewhere');
  const [birth, ...others] = lineage.transactions;
  const anchored = { ...last, digest: Buffer.from(payload.digest ?? '', 'hex') };
  readLineage([...holders.slice(0, -1), anchored], {
    transactions: [birth, ...others.slice(0, at)],
    proofs: [{ link: at, ...anchor }, ...before],
  });
}
