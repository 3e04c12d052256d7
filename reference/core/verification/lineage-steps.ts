/** Steps 11 to 13: the lineage from its BIRTH to its tip, the records that followed one another, the end (spec 7.3). */
import type { HostedRecord } from '../../gen/schemas.ts';
import type { ProvenTransaction } from '../anchor-proof.ts';
import { MdtError } from '../errors.ts';
import type { HeaderChain } from '../header-chain.ts';
import { bytesToHex, printHash } from '../hex.ts';
import { checkAnchorLink, checkHostedRetirement } from '../hosted-record.ts';
import { verifyLineage, type VerifiedLineage } from '../lineage-proof.ts';
import { checkSuccession, inForce, type Succession } from '../succession.ts';
import { checkPlace, freshnessBlock } from './chain-steps.ts';
import type { KnownEntity, VerificationRequest } from './request.ts';
import type { Evidence } from './step-record.ts';

/** @throws MdtError with a code of chapters 2, 5 and 6, MDT_NOT_IN_CHAIN, or MDT_SOURCE where a newer lineage is known */
export function checkLineage(
  hosted: HostedRecord,
  records: Succession,
  anchor: ProvenTransaction,
  chain: HeaderChain,
  known: KnownEntity | undefined,
  own: number,
  evidence: Evidence,
): VerifiedLineage {
  const lineage = verifyLineage(records, hosted.lineage, '/lineage');
  checkAnchorLink(anchor, lineage);
  for (const [index, { proof }] of lineage.proven.entries()) {
    checkPlace(proof.locator, chain, own, `/lineage/proofs/${index}`);
  }
  const newest = newestProven(lineage);
  Object.assign(evidence, {
    links: lineage.links.length,
    kinds: countKinds(lineage),
    tip: printHash(lineage.links.at(-1)?.hash ?? new Uint8Array()),
    newest_proven: { link: newest.index, height: newest.height, confirmations: chain.confirmations(newest.height) },
  });
  if (known && !lineage.links.some(({ hash }) => printHash(hash) === known.tip)) {
    throw new MdtError('MDT_SOURCE', 'a newer lineage is known than the one shown', { field: '/lineage' });
  }
  return lineage;
}

/** The newest link that has a proof, and where it is. */
function newestProven({ proven }: VerifiedLineage): { index: number; height: number } {
  const newest = proven.reduce((best, each) => (each.index > best.index ? each : best));
  return { index: newest.index, height: newest.proof.locator.height };
}

/**
 * The txid of the newest link that is as deep as reader and record ask: a shallower one may lose its place, and whoever
 * remembered it would doubt the entity for ever (MDT-VER-110).
 * @param anchor of the record in force, which is that deep
 */
export function settledTip(
  { links, proven }: VerifiedLineage,
  anchor: ProvenTransaction,
  chain: HeaderChain,
  own: number,
  known: KnownEntity | undefined,
): string {
  const required = (index: number): number => Math.max(own, links[index]?.before?.record.policy.confirmations ?? own);
  const deep = proven.filter(({ index, proof }) => chain.confirmations(proof.locator.height) >= required(index));
  const hashes = [anchor.hash, ...deep.map(({ hash }) => hash)].map(printHash);
  const settled = links.findLast(({ hash }) => [...hashes, known?.tip].includes(printHash(hash)));
  return printHash((settled ?? anchor).hash);
}

/** @throws MdtError MDT_SUCCESSOR, MDT_NEXT_ANCHOR or MDT_FRESHNESS */
export function checkSuccessors(
  records: Succession,
  { proven }: VerifiedLineage,
  chain: HeaderChain,
  evidence: Evidence,
): void {
  evidence['records'] = records.map(({ digest, record }) => ({
    digest: bytesToHex(digest),
    created: record.created,
    anchor: record.keys.anchor,
  }));
  checkSuccession(records);
  const birth = proven.find(({ index }) => index === 0)?.proof.locator.height ?? 0;
  for (const { record, place } of records.slice(0, -1)) {
    const bound = record === records[0].record ? birth : Infinity;
    freshnessBlock(record.freshness, bound, chain, `${place}/birth_record/freshness`);
  }
}

/**
 * Whether the lineage ends, and how deep.
 * @throws MdtError with a code of MDT-RET-101, or MDT_FRESHNESS
 */
export function checkRetired(
  hosted: HostedRecord,
  records: Succession,
  lineage: VerifiedLineage,
  chain: HeaderChain,
  { confirmations: own }: VerificationRequest,
  evidence: Evidence,
): boolean {
  checkHostedRetirement(hosted, records, lineage);
  const { retirement } = hosted;
  if (retirement) Object.assign(evidence, retirement.retirement, { chain: undefined, ext: undefined });
  const proof = lineage.proven.find(({ index }) => index === lineage.links.length - 1)?.proof;
  if (lineage.links.at(-1)?.payload.kind !== 'RETIRE' || proof === undefined) {
    evidence['deep'] = false;
    return false;
  }
  const { height } = proof.locator;
  if (retirement) freshnessBlock(retirement.retirement.freshness, height, chain, '/retirement/retirement/freshness');
  const confirmations = chain.confirmations(height);
  const required = Math.max(own, inForce(records).record.policy.confirmations);
  const deep = confirmations >= required;
  Object.assign(evidence, { height, confirmations, required, deep });
  return deep;
}

function countKinds({ links }: VerifiedLineage): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { payload } of links) counts[payload.kind] = (counts[payload.kind] ?? 0) + 1;
  return counts;
}
