/**
 * Sees to it that the documents of a lineage are anchored, one after another, whatever the chain does meanwhile. At
 * each block: where does the lineage stand (lineage-path.ts), what is anchored next (lineage-book.ts), and has the node
 * got it. Nothing is remembered between blocks but for how long an anchor has waited.
 *
 * At most one anchor is unconfirmed (MDT-LIN-015), but for those that a reorganisation took out of the chain: they were
 * the world's already, and all of them are handed to the node again, in order (MDT-LIN-017).
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import { CONTINUATION_VOUT } from '../../core/anchor-transaction.ts';
import { MdtError } from '../../core/errors.ts';
import { parseTransaction } from '../../core/transaction.ts';
import type { ChainBackend } from '../chain-backend.ts';
import type { GuardedTip } from '../chain-guard.ts';
import { isFeeRefusal, isRefusal, RPC_TRANSACTION_ERROR } from '../rpc-refusal.ts';
import { AnchorSigner, type NextAnchor, type Signed, type Signing } from './anchor-signing.ts';
import {
  continuationOf,
  isCarriedUpon,
  isUrgent,
  newestUpon,
  nextDocument,
  type LineageBook,
  type LineageKeys,
  type SignedVersion,
} from './lineage-book.ts';
import { PathFinder, type LineagePath, type Link } from './lineage-path.ts';
import type { LineageWallets } from './lineage-wallets.ts';

/**
 * An anchor that waited for this many blocks is stuck (MDT-LIN-018): about an hour, and the target that its new fee
 * rate is estimated for, so that a fair estimate has had its time before it is outbid. On regtest the same.
 */
const STUCK_BLOCKS = 6;

/** Where what happens is written down. */
export interface LineageLog {
  info(detail: object, text: string): void;
  warn(detail: object, text: string): void;
}

export interface FollowerParts {
  readonly node: ChainBackend;
  readonly book: LineageBook;
  readonly keys: LineageKeys;
  readonly wallets: LineageWallets;
  readonly log: LineageLog;
  /** What an anchor pays at first, in satoshi per virtual byte. */
  readonly feeSatVb: number;
  /** A stuck anchor is raised to this rate and no further. */
  readonly maxFeeSatVb: number;
}

export interface LineageStanding {
  /** Confirmed anchors, the BIRTH first. */
  readonly links: readonly Link[];
  /** Which key the next anchor is signed by. */
  readonly generation: number;
  /** What is to be anchored next. */
  readonly pending?: Pending;
  /** Nothing can be anchored any more: what the next anchor would spend was spent by something that is none of ours. */
  readonly stolen?: true;
}

export type Pending = { readonly document: number } & (
  | { readonly at: 'waiting'; readonly detail: string }
  /** Satoshi to be paid to the key of `generation`. */
  | { readonly at: 'unfunded'; readonly missingSat: number }
  | { readonly at: 'unconfirmed funding' }
  /** A heartbeat that is not anchored, so that the reserve is kept. */
  | { readonly at: 'reserve' }
);

type Answer = 'taken' | 'underpaid' | 'no coin';

export class LineageFollower {
  readonly #parts: FollowerParts;
  readonly #finder: PathFinder;
  readonly #signer: AnchorSigner;
  /** Which version the node took, and the height of the tip then. A restart begins to count anew: it may have been the node's as well. */
  #taken: { readonly txid: string; readonly height: number } | undefined;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    this.#finder = new PathFinder(parts.node, parts.book, parts.wallets);
    this.#signer = new AnchorSigner(parts.book, parts.keys, parts.feeSatVb);
  }

  /** @throws MdtError MDT_LINEAGE_BROKEN, MDT_CONFIRMATIONS where the chain changed meanwhile, MDT_CHAIN_UNAVAILABLE; RpcRefusal */
  async follow(tip: GuardedTip): Promise<LineageStanding> {
    const path = await this.#finder.find(tip);
    const { links, generation } = path;
    if (path.stolen) return { links, generation, stolen: true };
    const anchored = new Set(links.map(({ version }) => version.document));
    if (this.#taken && !path.candidates.some(({ txid }) => txid === this.#taken?.txid)) this.#taken = undefined;
    const document = nextDocument(this.#parts.book.documents, anchored);
    if (document === undefined) return { links, generation };
    return { links, generation, pending: { document, ...(await this.#anchor(document, path, tip)) } };
  }

  async #anchor(document: number, path: LineagePath, tip: GuardedTip): Promise<WithoutDocument> {
    const [waiting] = path.candidates;
    if (!waiting) return this.#first(document, path, tip);
    const outranked = this.#isUrgent(document) && !this.#isUrgent(waiting.document);
    // After a reorganisation the urgent one may wait upon the heartbeat: it needs no other place.
    if (!outranked || isCarriedUpon(this.#parts.book, waiting, document)) return this.#hurry(waiting, path, tip);
    const why = 'an urgent anchor takes the place of one that waits';
    return (await this.#replace(document, path, waiting, tip, why)) ?? this.#hurry(waiting, path, tip);
  }

  /** A document that no transaction upon this path carries yet. */
  async #first(document: number, path: LineagePath, tip: GuardedTip): Promise<WithoutDocument> {
    const { version } = path.links.at(-1) ?? {};
    // That of a BIRTH is signed when its record is written.
    if (!version) throw new MdtError('MDT_LINEAGE_BROKEN', 'no BIRTH that could be confirmed', { field: 'lineage' });
    const signing = this.#signer.sign(await this.#next(document, path), coinOf(version));
    if (!('signed' in signing)) return hindrance(signing);
    const answer = await this.#handOver(signing, 'anchor signed');
    if (answer === 'underpaid') return this.#raise(signing.signed, path, tip);
    return { at: 'waiting', detail: this.#waits(document) };
  }

  /** A version that pays more, of an anchor that is stuck or that the node's mempool refuses for its fee. */
  async #raise(waiting: SignedVersion, path: LineagePath, tip: GuardedTip): Promise<WithoutDocument> {
    const { document, txid } = waiting;
    const { log, maxFeeSatVb } = this.#parts;
    const why = 'an anchor was stuck: it is signed again with a higher fee';
    const replaced = await this.#replace(document, path, waiting, tip, why);
    if (replaced) return replaced;
    this.#taken = { txid, height: tip.height };
    log.warn({ txid, max_fee_sat_vb: maxFeeSatVb }, 'an anchor is stuck, and its fee can be raised no more');
    const limits = `neither its coin nor options.max_fee_sat_vb (${maxFeeSatVb}) lets it pay more`;
    return { at: 'waiting', detail: `${this.#waits(document)}, and ${limits}` };
  }

  /** @returns `undefined` where it cannot pay more than what waits */
  async #replace(
    document: number,
    path: LineagePath,
    waiting: SignedVersion,
    tip: GuardedTip,
    why: string,
  ): Promise<WithoutDocument | undefined> {
    const { node, maxFeeSatVb, log } = this.#parts;
    const offer = { rates: await node.feeRates(STUCK_BLOCKS), ceiling: maxFeeSatVb };
    const signing = this.#signer.replace(await this.#next(document, path), waiting, offer);
    if (!('signed' in signing)) return undefined;
    log.warn({ replaces: waiting.txid }, why);
    await this.#handOver(signing, 'anchor signed again with a higher fee', tip.height);
    const paying = `it was replaced by one that pays ${signing.feeSatVb} sat/vB`;
    return { at: 'waiting', detail: `${this.#waits(document)}: ${paying}` };
  }

  /**
   * Keeps what was signed, and hands it to the node.
   * @param height of the tip, if the anchor is not new to the node's mempool
   */
  async #handOver({ signed, feeSatVb }: Signed, text: string, height?: number): Promise<Answer> {
    const { book, log, node } = this.#parts;
    book.keep(signed); // on disk before the network sees it
    log.info({ txid: signed.txid, kind: this.#kindOf(signed.document), fee_sat_vb: feeSatVb }, text);
    const answer = await this.#broadcast(signed);
    if (answer === 'taken') this.#taken = { txid: signed.txid, height: height ?? (await node.tip()).height };
    return answer;
  }

  /** Hands the node the newest version, and a better paid one where that is refused for its fee, or stuck. */
  async #hurry(waiting: SignedVersion, path: LineagePath, tip: GuardedTip): Promise<WithoutDocument> {
    const { document } = waiting;
    const answer = await this.#broadcast(waiting);
    if (answer === 'no coin') return this.#withoutCoin(waiting, path);
    if (answer === 'underpaid') return this.#raise(waiting, path, tip);
    await this.#broadcastUpon(waiting);
    const said: WithoutDocument = { at: 'waiting', detail: this.#waits(document) };
    if (this.#taken?.txid !== waiting.txid) {
      // Not the height of `tip`: blocks came while a record was written.
      this.#taken = { txid: waiting.txid, height: (await this.#parts.node.tip()).height };
      return said;
    }
    const since = Math.min(this.#taken.height, tip.height); // a reorganisation may have made the chain shorter
    this.#taken = { txid: waiting.txid, height: since };
    return tip.height - since < STUCK_BLOCKS ? said : this.#raise(waiting, path, tip);
  }

  /** A reorganisation took what the anchor spends, and will bring it back or not. A further input can be left out. */
  async #withoutCoin(waiting: SignedVersion, path: LineagePath): Promise<WithoutDocument> {
    this.#taken = undefined;
    const { version } = path.links.at(-1) ?? {};
    if (!version) return { at: 'waiting', detail: 'the outpoint that the record names is not in the chain now' };
    const gone = new Set(waiting.coins.map(({ txid }) => txid));
    if (gone.size === 1)
      return { at: 'waiting', detail: `${this.#waits(waiting.document)}: the node does not take it` };
    const next = await this.#next(waiting.document, path);
    const deposits = next.deposits.filter(({ txid }) => !gone.has(txid));
    const signing = this.#signer.sign({ ...next, deposits }, coinOf(version));
    if (!('signed' in signing)) return hindrance(signing);
    if (signing.signed.txid !== waiting.txid)
      await this.#handOver(signing, 'anchor signed again without inputs that are gone');
    return { at: 'waiting', detail: this.#waits(waiting.document) };
  }

  /** Anchors that a reorganisation took along with the one below them. */
  async #broadcastUpon(below: SignedVersion): Promise<void> {
    for (const version of newestUpon(this.#parts.book, below)) {
      if ((await this.#broadcast(version)) !== 'taken') return;
    }
  }

  /** Hands the node a version that was kept; once more at every block, because a mempool may forget. */
  async #broadcast({ transaction, txid, document }: SignedVersion): Promise<Answer> {
    const { node, log } = this.#parts;
    const kind = this.#kindOf(document);
    try {
      await node.broadcast(transaction);
      log.info({ txid }, `${kind} broadcast`);
      return 'taken';
    } catch (error) {
      if (isFeeRefusal(error)) return 'underpaid';
      if (!isRefusal(error, RPC_TRANSACTION_ERROR)) throw error;
      log.warn({ txid, code: error.code, reason: error.message }, `the node does not take the ${kind} now`);
      return 'no coin';
    }
  }

  async #next(document: number, { generation }: LineagePath): Promise<NextAnchor> {
    const { wallets } = this.#parts;
    if (this.#kindOf(document) === 'SUCCESSOR') await wallets.watch(generation + 1);
    return { document, generation, deposits: await wallets.deposits(generation) };
  }

  #isUrgent(index: number): boolean {
    const document = this.#parts.book.documents[index];
    return document !== undefined && isUrgent(document);
  }

  #kindOf(index: number): string {
    return this.#parts.book.documents[index]?.kind ?? 'anchor';
  }

  #waits(document: number): string {
    return `the ${this.#kindOf(document)} is not in a block yet`;
  }
}

type WithoutDocument = Pending extends infer P ? (P extends unknown ? Omit<P, 'document'> : never) : never;

/** The continuation of an anchor, with its value. */
function coinOf(version: SignedVersion): { txid: string; vout: number; value: number } {
  const transaction = parseTransaction(hexToBytes(version.transaction), 'transaction');
  return { ...continuationOf(version), value: Number(transaction.outs[CONTINUATION_VOUT]?.value ?? 0n) };
}

function hindrance(signing: Exclude<Signing, Signed>): WithoutDocument {
  switch (signing.lacks) {
    case 'coin':
      return { at: 'unfunded', missingSat: signing.missingSat };
    case 'depth':
      return { at: 'unconfirmed funding' };
    case 'reserve':
      return { at: 'reserve' };
    default:
      return { at: 'waiting', detail: 'its fee can be raised no more' };
  }
}
