/** Steps 8 to 10: the anchor in the reader's own headers, its depth, and the times it is bound between (spec 7.3). */
import type { BlockRef, Chain, HostedRecord, Locator } from '../../gen/schemas.ts';
import type { ProvenTransaction } from '../anchor-proof.ts';
import { MdtError, type ErrorCode } from '../errors.ts';
import type { ChainedHeader } from '../chained-header.ts';
import type { HeaderChain } from '../header-chain.ts';
import { printHash } from '../hex.ts';
import { verifyAnchor } from '../hosted-record.ts';
import { inForce, type Succession } from '../succession.ts';
import { formatTime } from '../time.ts';
import type { Evidence } from './step-record.ts';

/** The sixth block after an anchor's closes the bracket (MDT-VER-106). */
export const BLOCKS_TO_CLOSE = 6;

/** @throws MdtError MDT_WRONG_CHAIN where the checkpoint of a document is not in the reader's chain, or MDT_SOURCE */
export function checkCheckpoint({ checkpoint }: Chain, chain: HeaderChain, own: number, field: string): void {
  if (checkpoint.height === 0 && checkpoint.hash !== chain.genesis)
    throw new MdtError('MDT_WRONG_CHAIN', 'the block at height 0 is another than the genesis', {
      field: `${field}/checkpoint`,
    });
  // Of a block below all headers that the reader has, the freshness block says enough: it commits to all below it.
  if (checkpoint.height < chain.lowest) return;
  checkBlock(checkpoint, chain, own, { code: 'MDT_WRONG_CHAIN', field: `${field}/checkpoint` });
}

/**
 * Checks that a block is in the active chain. A chain that does not settle that height says nothing of the entity: who
 * withholds headers must not make it look bad (MDT-VER-111).
 * @param own the reader's own policy
 * @throws MdtError the code where the chain has another block there, as deep as the reader asks; else MDT_SOURCE
 */
export function checkBlock(
  block: BlockRef,
  chain: HeaderChain,
  own: number,
  { code, field }: { readonly code: ErrorCode; readonly field: string },
): void {
  const { height } = block;
  if (isActive(chain, block)) return;
  if (height < chain.lowest) {
    const message = `block ${height} is below our checkpoint at ${chain.base.height}, and no source has the headers between`;
    throw new MdtError('MDT_SOURCE', message, { field });
  }
  if (chain.confirmations(height) < own) {
    throw new MdtError('MDT_SOURCE', `our chain ends at ${chain.tip.height} and does not settle block ${height}`, {
      field,
    });
  }
  throw new MdtError(code, `not the block at height ${height} of our chain`, { field });
}

/** The anchor beside the record: by itself, and its block in the chain. */
export function checkAnchor(
  hosted: HostedRecord,
  records: Succession,
  chain: HeaderChain,
  own: number,
  evidence: Evidence,
): ProvenTransaction {
  const { txid, block_hash, height, txref } = hosted.anchor.locator;
  Object.assign(evidence, { txid, block_hash, height, ...(txref !== undefined && { txref }) });
  const proven = verifyAnchor(hosted, records);
  checkPlace(hosted.anchor.locator, chain, own, '/anchor');
  return proven;
}

/**
 * Checks that the block that a locator names is in the active chain.
 * @param own the reader's own policy
 * @throws MdtError MDT_NOT_IN_CHAIN or MDT_SOURCE
 */
export function checkPlace(
  { block_hash: hash, height }: Locator,
  chain: HeaderChain,
  own: number,
  place: string,
): void {
  checkBlock({ height, hash }, chain, own, { code: 'MDT_NOT_IN_CHAIN', field: `${place}/locator` });
}

/**
 * Whether an anchor is as deep as reader and record ask (MDT-CHN-110).
 * @throws MdtError MDT_CONFIRMATIONS
 */
export function checkDepth(
  height: number,
  policy: { readonly own: number; readonly record: number },
  chain: HeaderChain,
  evidence: Evidence,
): number {
  const confirmations = chain.confirmations(height);
  const required = Math.max(policy.own, policy.record);
  Object.assign(evidence, { confirmations, required });
  if (confirmations < required) {
    throw new MdtError('MDT_CONFIRMATIONS', `${confirmations} of ${required} confirmations`, { field: '/anchor' });
  }
  return confirmations;
}

/** Bounds of the time at which a record was written, RFC 3339. */
export interface Bracket {
  readonly existed_after: string;
  /** Absent until the sixth block after the anchor's. */
  readonly existed_before?: string;
}

/** @throws MdtError MDT_FRESHNESS */
export function checkTime(hosted: HostedRecord, records: Succession, chain: HeaderChain, evidence: Evidence): Bracket {
  const { record } = inForce(records);
  const { height } = hosted.anchor.locator;
  Object.assign(evidence, { freshness: record.freshness });
  const bracket = timeBracket(record.freshness, height, chain, '/birth_record/freshness');
  Object.assign(evidence, bracket);
  return bracket;
}

/**
 * Between what a document with this freshness, anchored at this height, was written (MDT-VER-106).
 * @throws MdtError MDT_FRESHNESS or MDT_SOURCE
 */
export function timeBracket(freshness: BlockRef, anchorHeight: number, chain: HeaderChain, field: string): Bracket {
  const fresh = freshnessBlock(freshness, anchorHeight, chain, field);
  const closing = chain.at(anchorHeight + BLOCKS_TO_CLOSE);
  return {
    existed_after: formatTime(chain.medianTimePast(fresh)),
    ...(closing && { existed_before: formatTime(chain.medianTimePast(closing)) }),
  };
}

/** The block that a document names for its age: in the chain, and below its anchor's. */
export function freshnessBlock(
  freshness: BlockRef,
  anchorHeight: number,
  chain: HeaderChain,
  field: string,
): ChainedHeader {
  if (freshness.height >= anchorHeight) {
    throw new MdtError('MDT_FRESHNESS', 'the freshness block is not below the anchor', { field });
  }
  checkBlock(freshness, chain, 0, { code: 'MDT_FRESHNESS', field });
  return chain.at(freshness.height) ?? chain.base;
}

function isActive(chain: HeaderChain, { height, hash }: BlockRef): boolean {
  const header = chain.at(height);
  return header !== undefined && printHash(header.hash) === hash;
}
