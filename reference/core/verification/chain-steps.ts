/** Steps 7 to 10: the reader's own headers, the anchor in them, its depth, and the times it is bound between (spec 7.3). */
import type { AnchorProof, BlockRef, HostedRecord, Locator, VerdictHeaders } from '../../gen/schemas.ts';
import type { ProvenTransaction } from '../anchor-proof.ts';
import { MdtError } from '../errors.ts';
import type { ChainedHeader } from '../chained-header.ts';
import type { HeaderChain } from '../header-chain.ts';
import { printHash } from '../hex.ts';
import { verifyAnchor } from '../hosted-record.ts';
import { networkOf } from '../network.ts';
import { inForce, type Succession } from '../succession.ts';
import { formatTime } from '../time.ts';
import { decodeTxRef } from '../txref.ts';
import type { HeaderSource, VerificationRequest } from './request.ts';
import { faultOf, type Evidence } from './step-record.ts';

/** The sixth block after an anchor's closes the bracket (MDT-VER-106). */
const BLOCKS_TO_CLOSE = 6;

/**
 * Brings the chain up to date from each source. One that does not answer, or whose headers are refused, is left out.
 * @returns the names of those that answered
 * @throws MdtError MDT_SOURCE where none did
 */
export async function updateHeaders(
  chain: HeaderChain,
  sources: readonly HeaderSource[],
  now: number,
  evidence: Evidence,
): Promise<string[]> {
  const answers: Evidence[] = [];
  const names: string[] = [];
  for (const { name, source } of sources.map((each) => ({ name: each.name, source: each }))) {
    try {
      await source.update(chain, now);
      names.push(name);
      answers.push({ source: name });
    } catch (error) {
      if (!(error instanceof MdtError)) throw error;
      answers.push({ source: name, ...faultOf(error) });
    }
  }
  Object.assign(evidence, { sources: answers, tip: refOf(chain.tip), tip_time: formatTime(chain.tip.time) });
  if (names.length === 0) throw new MdtError('MDT_SOURCE', 'no source has headers', { field: '--headers' });
  return names;
}

/** The chain as the verdict names it. */
export function describeHeaders(
  chain: HeaderChain,
  sources: string[],
  { checkpoint }: VerificationRequest,
): VerdictHeaders {
  return {
    sources,
    from: { height: checkpoint.height, hash: checkpoint.hash },
    tip: refOf(chain.tip),
    work: chain.tip.work.toString(16).padStart(64, '0'),
  };
}

/** @throws MdtError MDT_WRONG_CHAIN where the record's checkpoint is above the reader's own and not in its chain */
export function checkCheckpoints(records: Succession, chain: HeaderChain, own: BlockRef): void {
  for (const { record, place } of records) {
    const { checkpoint } = record.chain;
    // Of a block below the reader's checkpoint it has no headers: what it builds upon settles that.
    if (checkpoint.height >= own.height && !isActive(chain, checkpoint)) {
      throw new MdtError('MDT_WRONG_CHAIN', 'its checkpoint is not in our chain', {
        field: `${place}/birth_record/chain/checkpoint`,
      });
    }
  }
}

/** The anchor beside the record: by itself, and its block in the chain. */
export function checkAnchor(
  hosted: HostedRecord,
  records: Succession,
  chain: HeaderChain,
  evidence: Evidence,
): ProvenTransaction {
  const { locator, proof } = hosted.anchor;
  const { txid, block_hash, height, txref } = locator;
  Object.assign(evidence, { txid, block_hash, height, ...(txref !== undefined && { txref }) });
  const proven = verifyAnchor(hosted, records);
  checkPlace(locator, proof, records[0].record.chain.genesis, chain, '/anchor');
  return proven;
}

/**
 * Checks that the block of a proof is in the active chain where its locator says, and that a txref says the same.
 * @throws MdtError MDT_NOT_IN_CHAIN or MDT_TXREF
 */
export function checkPlace(
  { block_hash: hash, height, txref }: Locator,
  { position }: AnchorProof,
  genesis: string,
  chain: HeaderChain,
  place: string,
): void {
  if (!isActive(chain, { height, hash })) {
    throw new MdtError('MDT_NOT_IN_CHAIN', whyNot(height, chain), { field: `${place}/locator` });
  }
  const network = networkOf(genesis)?.name;
  if (txref === undefined || network === undefined) return;
  const named = decodeTxRef(network, txref);
  if (named.height !== height || named.txIndex !== position) {
    throw new MdtError('MDT_TXREF', 'names another place than the proof', { field: `${place}/locator/txref` });
  }
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
  const fresh = freshnessBlock(record.freshness, height, chain, '/birth_record/freshness');
  const closing = chain.at(height + BLOCKS_TO_CLOSE);
  const bracket = {
    existed_after: formatTime(chain.medianTimePast(fresh)),
    ...(closing && { existed_before: formatTime(chain.medianTimePast(closing)) }),
  };
  return Object.assign(evidence, bracket) && bracket;
}

/** The block that a document names for its age: in the chain, and below its anchor's. */
export function freshnessBlock(
  freshness: BlockRef,
  anchorHeight: number,
  chain: HeaderChain,
  field: string,
): ChainedHeader {
  const block = chain.at(freshness.height);
  if (block === undefined || !isActive(chain, freshness)) {
    throw new MdtError('MDT_FRESHNESS', whyNot(freshness.height, chain), { field });
  }
  if (freshness.height >= anchorHeight) {
    throw new MdtError('MDT_FRESHNESS', 'the freshness block is not below the anchor', { field });
  }
  return block;
}

/** A checkpoint that is too new is the reader's to change, and looks like a lie of the entity's otherwise. */
function whyNot(height: number, { base }: HeaderChain): string {
  return height < base.height
    ? `block ${height} is below our checkpoint at ${base.height}: take an older one`
    : `not the block at height ${height} of our chain`;
}

function isActive(chain: HeaderChain, { height, hash }: BlockRef): boolean {
  const header = chain.at(height);
  return header !== undefined && printHash(header.hash) === hash;
}

function refOf({ height, hash }: ChainedHeader): BlockRef {
  return { height, hash: printHash(hash) };
}
