/** The index of a relay (spec 11.3): it reads block after block, keeps what 11.3 counts, and goes back where the chain does. */
import type { BitcoinNode } from '../chain/bitcoin-node.ts';
import type { ChainTip } from '../chain/chain-backend.ts';
import { HEADER_OCTETS, PREVIOUS_AT } from '../core/block-header.ts';
import { MdtError } from '../core/errors.ts';
import { KIND_OCTETS } from '../core/payload.ts';
import { AnchorStore, placeOf, type OpenContinuation, type StoredBlock } from './anchor-store.ts';
import { readBlock, spentContinuations, type ReadTransaction } from './block-reading.ts';

/** What changed. */
export interface IndexChange {
  /** Blocks that joined. */
  readonly connected: number;
  readonly disconnected: number;
}

/** A block from the node. */
interface FetchedBlock extends StoredBlock {
  readonly transactions: readonly ReadTransaction[];
}

/** Told of the height of the last block that both chains have. */
export type IndexListener = (forkHeight: number) => void;

/** How long the index goes on at a time before others get their turn, in milliseconds. */
const SPELL_MS = 1_000;
/** Blocks asked for at a time. */
const FETCHED_AT_ONCE = 8;

export class AnchorIndex {
  readonly store: AnchorStore;
  readonly #checkpoint: { readonly height: number; readonly hash: string };
  readonly #listeners = new Set<IndexListener>();
  #isCurrent = false;

  /**
   * @param path of the file
   * @param checkpoint the block below the first one that is read
   * @throws MdtError MDT_STATE where the file is damaged or of another chain
   */
  constructor(path: string, checkpoint: { readonly height: number; readonly hash: string }) {
    this.store = new AnchorStore(path);
    this.#checkpoint = checkpoint;
    const { base } = this.store;
    if (!base) return;
    if (base.height > checkpoint.height) this.store.atOnce(() => this.store.removeFrom(0));
    else if (base.height === checkpoint.height && base.hash.toString('hex') !== checkpoint.hash) {
      this.store.close();
      throw new MdtError('MDT_STATE', 'the index is of another chain', { field: '/data_dir/relay/anchors.sqlite' });
    }
  }

  /** Height of the first block whose anchors are known. */
  get indexedFrom(): number {
    return (this.store.base?.height ?? this.#checkpoint.height) + 1;
  }

  /** It was at the tip of the node since the process began. */
  get isCurrent(): boolean {
    return this.#isCurrent;
  }

  /**
   * @throws MdtError MDT_NOT_READY while blocks are missing
   */
  get tip(): StoredBlock {
    const { tip } = this.store;
    if (tip && this.#isCurrent) return tip;
    throw new MdtError('MDT_NOT_READY', 'the chain is not read to its tip yet');
  }

  isAt({ hash }: ChainTip): boolean {
    return this.#isCurrent && this.store.tip?.hash.toString('hex') === hash;
  }

  /** Confirmations of what is in the block at a height. */
  confirmations(height: number): number {
    return this.tip.height - height + 1;
  }

  onChange(listener: IndexListener, ended: AbortSignal): void {
    if (ended.aborted) return;
    this.#listeners.add(listener);
    ended.addEventListener('abort', () => this.#listeners.delete(listener), { once: true });
  }

  /**
   * Goes towards a tip: to it, or as far as a spell goes.
   * @throws MdtError MDT_WRONG_CHAIN where the node has not our checkpoint, MDT_CHAIN_UNAVAILABLE
   */
  async advance(node: BitcoinNode, tip: ChainTip): Promise<IndexChange> {
    const before = this.store.tip ?? (await this.#begin(node));
    if (before.hash.toString('hex') === tip.hash) {
      this.#isCurrent = true;
      return { connected: 0, disconnected: 0 };
    }
    const fork = await this.#forkHeight(node, tip, before);
    const until = performance.now() + SPELL_MS;
    let at = fork;
    for (let isFirst = true; isFirst || (at < tip.height && performance.now() < until); isFirst = false) {
      const blocks = await fetchBlocks(node, at + 1, Math.min(tip.height, at + FETCHED_AT_ONCE));
      const linked = this.#linked(at, blocks);
      this.store.atOnce(() => {
        if (isFirst) this.store.removeFrom(fork + 1);
        for (const block of linked) this.#connect(block);
      });
      at += linked.length;
      if (linked.length < blocks.length) break; // the chain changed meanwhile
    }
    if (at >= tip.height) this.#isCurrent = true;
    for (const listener of this.#listeners) listener(fork);
    return { connected: at - fork, disconnected: before.height - fork };
  }

  async #begin(node: BitcoinNode): Promise<StoredBlock> {
    const { height, hash } = this.#checkpoint;
    if ((await node.blockHash(height)) !== hash)
      throw new MdtError('MDT_WRONG_CHAIN', `block ${height} of the node is another one`, {
        field: 'chain.checkpoint',
      });
    const block = { height, hash: Buffer.from(hash, 'hex'), header: Buffer.from(await node.headerHex(hash), 'hex') };
    this.store.atOnce(() => this.store.addBlock(block));
    return block;
  }

  /** Height of the highest block of ours that the node has in its chain. */
  async #forkHeight(node: BitcoinNode, tip: ChainTip, top: StoredBlock): Promise<number> {
    const base = this.store.base?.height ?? this.#checkpoint.height;
    for (let height = Math.min(top.height, tip.height); height >= base; height -= 1) {
      const ours = this.store.blockAt(height)?.hash.toString('hex');
      if (height === tip.height ? ours === tip.hash : ours === (await node.blockHash(height))) return height;
    }
    throw new MdtError('MDT_WRONG_CHAIN', 'the node has not our checkpoint', { field: 'chain.checkpoint' });
  }

  /** Those of the blocks that follow upon the one at a height, one upon the other. */
  #linked(height: number, blocks: readonly FetchedBlock[]): FetchedBlock[] {
    let previous = this.store.blockAt(height)?.hash;
    const broken = blocks.findIndex(({ hash, header }) => {
      const links = previous !== undefined && previousOf(header).equals(previous);
      previous = hash;
      return !links;
    });
    return blocks.slice(0, broken < 0 ? blocks.length : broken);
  }

  #connect(block: FetchedBlock): void {
    this.store.addBlock(block);
    for (const each of block.transactions) this.#keep(each, block.height);
  }

  #keep({ index, txid, transaction, anchor }: ReadTransaction, height: number): void {
    const member = this.#memberOf(transaction, anchor, txid, height);
    const isLast = anchor?.kind === KIND_OCTETS.RETIRE; // nothing follows it
    if (member && !isLast && transaction.outs.length > 1) this.store.addContinuation(txid, member, height);
    if (anchor) {
      const { vout, kind, payload, digest, lineage } = anchor;
      this.store.addAnchor({
        ...{ height, txIndex: index, txid, vout, kind, payload: Buffer.from(payload), digest: Buffer.from(digest) },
        ...{ birth: member?.birth, entity: member?.entity },
        octets: lineage === 'none' ? undefined : Buffer.from(transaction.toBuffer()),
      });
    }
    this.store.locate(txid, placeOf(height, index));
  }

  /** The lineage that a transaction begins or continues (spec 11.3). What else it spends the end of ends there. */
  #memberOf(
    transaction: ReadTransaction['transaction'],
    anchor: ReadTransaction['anchor'],
    txid: Buffer,
    height: number,
  ): OpenContinuation | undefined {
    const lineage = anchor?.lineage ?? 'none';
    let member: OpenContinuation | undefined;
    for (const spent of spentContinuations(transaction)) {
      const open = this.store.openContinuation(spent.txid);
      if (!open) continue;
      this.store.closeContinuation(spent.txid, height);
      if (spent.input === 0 && lineage !== 'none' && 'continues' in lineage && open.entity.equals(lineage.continues))
        member = open;
    }
    if (lineage !== 'none' && 'begins' in lineage) return { birth: txid, entity: Buffer.from(lineage.begins) };
    return member;
  }
}

async function fetchBlocks(node: BitcoinNode, from: number, to: number): Promise<FetchedBlock[]> {
  const heights = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  return Promise.all(
    heights.map(async (height) => {
      const hash = await node.blockHash(height);
      const octets = await node.rawBlock(hash);
      const header = Buffer.from(octets.subarray(0, HEADER_OCTETS));
      return { height, hash: Buffer.from(hash, 'hex'), header, transactions: readBlock(octets) };
    }),
  );
}

/** As RPC prints it. */
function previousOf(header: Buffer): Buffer {
  return Buffer.from(header.subarray(PREVIOUS_AT, PREVIOUS_AT + 32)).reverse();
}
