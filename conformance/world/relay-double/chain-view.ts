/** The active chain of a node as the relay double answers from it: read anew whenever the tip is another one. */
import type { AnchorProof, LinkProof, Locator } from '../../../reference/gen/proto/milagro/trust/v1/identity.ts';
import { RpcError, type RpcClient } from '../../chain/rpc-client.ts';
import { anchorsIn, type ChainAnchor } from '../../oracle/chain-anchors.ts';
import { branchOf } from '../../oracle/merkle.ts';
import { encodeTxref } from '../../oracle/txref.ts';
import { readTransaction } from '../../oracle/transaction.ts';
import { ChainIndex, type ChainTransaction, type IndexedBlock } from '../chain-index.ts';
import { unavailable } from './refusal.ts';

const HEADER_DIGITS = 160;
const SAT = 100_000_000;
/** MDT-LOC-002 */
const TXREF_DEPTH = 6;
const DEEPEST_PROOF = 7;

/** The chain up to one tip. */
export class Snapshot {
  readonly blocks: readonly IndexedBlock[];
  /** Octets, by height. */
  readonly headers: readonly Buffer[];
  readonly anchors: readonly ChainAnchor[];
  readonly #transactions: ReadonlyMap<string, ChainTransaction>;
  readonly #heights: ReadonlyMap<string, number>;

  constructor(blocks: readonly IndexedBlock[], headers: readonly Buffer[]) {
    this.blocks = blocks;
    this.headers = headers;
    this.anchors = anchorsIn(blocks);
    this.#transactions = new Map(blocks.flatMap(({ tx }) => tx.map((each) => [each.txid, each] as const)));
    this.#heights = new Map(blocks.map(({ hash, height }) => [hash, height]));
  }

  get height(): number {
    return this.blocks.length - 1;
  }

  get tip(): string {
    return this.blocks.at(-1)?.hash ?? '';
  }

  heightOf(hash: string): number | undefined {
    return this.#heights.get(hash);
  }

  transaction(txid: string): ChainTransaction | undefined {
    return this.#transactions.get(txid);
  }

  anchor(txid: string): ChainAnchor | undefined {
    return this.anchors.find((anchor) => anchor.txid === txid);
  }

  /** 0 where it is in no block. */
  confirmations(txid: string): number {
    const height = this.transaction(txid)?.block?.height;
    return height === undefined ? 0 : this.height - height + 1;
  }

  locator(txid: string, vout: number): Locator {
    const { hash = '', height = 0, index = 0 } = this.transaction(txid)?.block ?? {};
    const txref =
      this.confirmations(txid) >= TXREF_DEPTH ? encodeTxref({ network: 'regtest', height, tx_index: index }) : '';
    return { txid: hex(txid), vout, blockHash: hex(hash), height, txIndex: index, txref };
  }

  /** @param confirmations one less headers follow, and six at the most */
  proof(
    txid: string,
    vout: number,
    { confirmations = 1, prevoutValue = 0n }: { confirmations?: number; prevoutValue?: bigint } = {},
  ): AnchorProof {
    const transaction = this.transaction(txid);
    const { height = 0, index: position = 0 } = transaction?.block ?? {};
    const all = this.blocks[height]?.tx ?? [];
    const leaves = all.map((each) => hex(each.txid).reverse());
    const following = Math.min(DEEPEST_PROOF, confirmations) - 1;
    return {
      transaction: hex(transaction?.hex ?? ''),
      prevoutValue,
      vout,
      header: this.headers[height] ?? Buffer.alloc(0),
      merkleBranch: branchOf(leaves, position).branch,
      position,
      coinbase: stripped(all[0]),
      coinbaseBranch: branchOf(leaves, 0).branch,
      followingHeaders: this.headers.slice(height + 1, height + 1 + following),
    };
  }

  /** Value in satoshi of what input 0 spends. */
  prevoutValue(txid: string): bigint {
    const [input] = this.transaction(txid)?.vin ?? [];
    const spent = this.transaction(input?.txid ?? '')?.vout[input?.vout ?? 0];
    return BigInt(Math.round((spent?.value ?? 0) * SAT));
  }

  /** Members of the lineage of a BIRTH, in order. */
  lineage(birth: string): ChainAnchor[] {
    return this.anchors.filter((anchor) => anchor.birth === birth);
  }

  linkProof(members: readonly ChainAnchor[], link: number, confirmations: number): LinkProof {
    const { txid = '', vout = 0 } = members[link] ?? {};
    const prevoutValue = this.prevoutValue(txid);
    return { link, locator: this.locator(txid, vout), proof: this.proof(txid, vout, { confirmations, prevoutValue }) };
  }

  stripped(txid: string): Buffer {
    return stripped(this.transaction(txid));
  }
}

export class ChainView {
  readonly rpc: RpcClient;
  readonly #index: ChainIndex;
  #snapshot: Snapshot | undefined;
  readonly #anchors = new Set<string>();

  constructor(rpc: RpcClient) {
    this.rpc = rpc;
    this.#index = new ChainIndex(rpc);
  }

  /** @throws RelayRefusal MDT_CHAIN_UNAVAILABLE */
  async now(): Promise<Snapshot> {
    const best = await this.call<string>('getbestblockhash');
    if (this.#snapshot?.tip === best) return this.#snapshot;
    try {
      const blocks = await this.#index.blocksFrom(0);
      const calls = blocks.map(({ hash }) => ({ method: 'getblockheader', params: [hash, false] }));
      const headers = (await this.rpc.batch(calls)).map((header) => hex(String(header).slice(0, HEADER_DIGITS)));
      this.#snapshot = new Snapshot(blocks, headers);
      for (const { txid } of this.#snapshot.anchors) this.#anchors.add(txid);
      return this.#snapshot;
    } catch (error) {
      throw isOutage(error) ? unavailable('MDT_CHAIN_UNAVAILABLE') : error;
    }
  }

  /** Whether a transaction that carries an anchor was in the chain: one that a reorganisation took out is known. */
  wasAnchored(txid: string): boolean {
    return this.#anchors.has(txid);
  }

  /** @throws RelayRefusal MDT_CHAIN_UNAVAILABLE; RpcError where the node says no */
  async call<T>(method: string, params: unknown[] = []): Promise<T> {
    try {
      return await this.rpc.call<T>(method, params);
    } catch (error) {
      throw isOutage(error) ? unavailable('MDT_CHAIN_UNAVAILABLE') : error;
    }
  }
}

/** No answer, one of a proxy, or that of a node that is starting (RPC_IN_WARMUP). */
function isOutage(error: unknown): boolean {
  return error instanceof RpcError && (error.code >= 0 || error.code === -28);
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

function stripped(transaction: ChainTransaction | undefined): Buffer {
  return transaction ? readTransaction(hex(transaction.hex), '').stripped : Buffer.alloc(0);
}
