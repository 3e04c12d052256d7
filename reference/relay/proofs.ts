/** Proofs and locators of what the index knows (spec 5). */
import type { BitcoinNode } from '../chain/bitcoin-node.ts';
import { Remembered } from '../chain/remembered.ts';
import { MdtError } from '../core/errors.ts';
import { buildLocator, type AnchorPlace } from '../core/locator.ts';
import type { NetworkName } from '../core/network.ts';
import { KIND_OCTETS } from '../core/payload.ts';
import { stripWitness } from '../core/transaction.ts';
import type { AnchorProof, LineageProof, LinkProof, Locator } from '../gen/schemas.ts';
import type { AnchorIndex } from './anchor-index.ts';
import type { StoredAnchor } from './anchor-store.ts';

export interface Proven {
  readonly locator: Locator;
  readonly proof: AnchorProof;
}

/** Where an output is whose transaction is to be proven. */
export type Provable = Pick<StoredAnchor, 'txid' | 'height' | 'txIndex' | 'vout'> & {
  readonly octets?: Buffer | undefined;
};

/** What is relied upon by itself (MDT-PRF-007). */
const PROVEN_KINDS: readonly number[] = [KIND_OCTETS.SUCCESSOR, KIND_OCTETS.RETIRE];
const MOST_VALUES = 10_000;

export class Proofs {
  readonly #index: AnchorIndex;
  readonly #network: NetworkName;
  /** Values of outputs that first inputs spend. */
  readonly #values = new Remembered<number>(MOST_VALUES);

  constructor(index: AnchorIndex, network: NetworkName) {
    this.#index = index;
    this.#network = network;
  }

  locator({ txid, height, txIndex, vout }: Provable): Locator {
    const block = this.#index.store.blockAt(height);
    if (!block) throw new MdtError('MDT_NOT_FOUND', 'not in the chain any more', { field: 'txid' });
    const place: AnchorPlace = {
      ...{ txid: txid.toString('hex'), vout, blockHash: block.hash.toString('hex') },
      ...{ height, txIndex, confirmations: this.#index.confirmations(height) },
    };
    return buildLocator(this.#network, place);
  }

  /** The proof of a transaction of which nobody asks what it spends: `prevout_value` is 0. */
  async plain(node: BitcoinNode, anchor: Provable): Promise<Proven> {
    return this.#prove(node, anchor, 1, 0);
  }

  /**
   * MDT-RLY-010
   * @throws MdtError MDT_CONFIRMATIONS
   */
  async anchor(node: BitcoinNode, anchor: Provable, confirmations: number): Promise<Proven> {
    this.#expectDepth(anchor, confirmations);
    return this.#prove(node, anchor, confirmations, await this.#spentValue(node, this.locator(anchor)));
  }

  /**
   * MDT-RLY-011
   * @param members of the lineage, the BIRTH first
   */
  async lineage(
    node: BitcoinNode,
    members: readonly [StoredAnchor, ...StoredAnchor[]],
    confirmations: number,
  ): Promise<LineageProof> {
    this.#expectDepth(members[0], confirmations);
    const deep = members.filter(({ height }) => this.#index.confirmations(height) >= confirmations);
    const shown = deep.filter((member, at) => at === 0 || at === deep.length - 1 || PROVEN_KINDS.includes(member.kind));
    const proofs: LinkProof[] = [];
    for (const member of shown)
      proofs.push({ link: members.indexOf(member), ...(await this.anchor(node, member, confirmations)) });
    return {
      transactions: members.map(({ octets = Buffer.alloc(0) }) => stripWitness(octets, 'transactions')),
      proofs,
    } as LineageProof;
  }

  #expectDepth({ height }: Provable, confirmations: number): void {
    const deep = this.#index.confirmations(height);
    if (deep < confirmations)
      throw new MdtError('MDT_CONFIRMATIONS', `${deep} confirmations of ${confirmations}`, { field: 'confirmations' });
  }

  async #prove(node: BitcoinNode, anchor: Provable, confirmations: number, prevoutValue: number): Promise<Proven> {
    const locator = this.locator(anchor);
    const { txid, block_hash: blockHash, vout } = locator;
    const transaction = anchor.octets?.toString('hex') ?? (await node.transactionHex(txid, blockHash));
    const confirmed = { txid, transaction, prevoutValue, blockHash, confirmations, vout };
    const { proof } = await node.proveAnchor(confirmed, confirmations);
    return { locator, proof };
  }

  async #spentValue(node: BitcoinNode, { txid, block_hash: blockHash }: Locator): Promise<number> {
    const known = this.#values.get(txid);
    if (known !== undefined) return known;
    const value = await node.spentValue(txid, blockHash);
    this.#values.set(txid, value);
    return value;
  }
}
