/** What the chain under test holds, block by block, read once and kept: which transactions descend from a payment of the kit. */
import { RpcError, type BatchCall, type RpcClient } from '../chain/rpc-client.ts';

export interface ChainInput {
  txid?: string;
  vout?: number;
  scriptSig?: { hex: string };
  txinwitness?: string[];
  sequence: number;
}

export interface ChainOutput {
  /** In bitcoin. */
  value: number;
  n: number;
  scriptPubKey: { hex: string; address?: string; type: string };
}

/** A transaction as `getblock` with verbosity 2 decodes it, and where it stands. */
export interface ChainTransaction {
  txid: string;
  hex: string;
  vin: ChainInput[];
  vout: ChainOutput[];
  locktime: number;
  vsize: number;
  /** In bitcoin. */
  fee?: number;
  block?: { hash: string; height: number; index: number };
}

export interface IndexedBlock {
  hash: string;
  height: number;
  previousblockhash?: string;
  mediantime: number;
  tx: ChainTransaction[];
}

export class ChainIndex {
  readonly #rpc: RpcClient;
  readonly #blocks = new Map<string, IndexedBlock>();

  constructor(rpc: RpcClient) {
    this.#rpc = rpc;
  }

  async block(hash: string): Promise<IndexedBlock> {
    const known = this.#blocks.get(hash);
    if (known) return known;
    const block = await this.#rpc.call<IndexedBlock>('getblock', [hash, 2]);
    return this.#keep(block);
  }

  /** Every block of the active chain from `height` to the tip, in order; asked for in two batches however many there are. */
  async blocksFrom(height: number): Promise<IndexedBlock[]> {
    const tip = await this.tipHeight();
    const heights = Array.from({ length: Math.max(0, tip - height + 1) }, (_, index) => height + index);
    const hashes = (await this.#all(heights.map((each) => ({ method: 'getblockhash', params: [each] })))) as string[];
    const unknown = hashes.filter((hash) => !this.#blocks.has(hash));
    const blocks = await this.#all(unknown.map((hash) => ({ method: 'getblock', params: [hash, 2] })));
    for (const block of blocks as IndexedBlock[]) this.#keep(block);
    return hashes.flatMap((hash) => this.#blocks.get(hash) ?? []);
  }

  async blockAt(height: number): Promise<IndexedBlock> {
    return this.block(await this.#rpc.call<string>('getblockhash', [height]));
  }

  async tipHeight(): Promise<number> {
    return this.#rpc.call<number>('getblockcount');
  }

  /** Index of the unspent output of the kit's payment `txid`, in the mempool or mined, that pays to `address`. */
  async outputTo(txid: string, address: string): Promise<number> {
    for (const vout of [0, 1]) {
      const output = await this.#rpc.call<{ scriptPubKey: { address?: string } } | null>('gettxout', [
        txid,
        vout,
        true,
      ]);
      if (output?.scriptPubKey.address === address) return vout;
    }
    throw new Error(`the kit's payment ${txid} has no output to ${address}`);
  }

  /** Whether a transaction of the mempool or of the active chain spends an outpoint. */
  async isSpent({ txid, vout }: { txid: string; vout: number }): Promise<boolean> {
    return (await this.#rpc.call<unknown>('gettxout', [txid, vout, true])) === null;
  }

  /**
   * Transactions of the active chain from `fromHeight` on, and of the mempool, that spend one of the
   * `outpoints` or what came of it; in chain order.
   */
  async descendants(
    outpoints: readonly { txid: string; vout: number }[],
    fromHeight: number,
  ): Promise<ChainTransaction[]> {
    const family = new Set(outpoints.map(({ txid, vout }) => `${txid}:${String(vout)}`));
    const found = new Map<string, ChainTransaction>();
    const take = (tx: ChainTransaction): void => {
      if (found.has(tx.txid) || !tx.vin.some(({ txid, vout }) => family.has(`${txid ?? ''}:${String(vout)}`))) return;
      for (const { n } of tx.vout) family.add(`${tx.txid}:${String(n)}`);
      found.set(tx.txid, tx);
    };
    for (const { tx } of await this.blocksFrom(fromHeight)) tx.forEach(take);
    // The order of a mempool is not promised: a child may come before its parent.
    const pending = await this.#mempool();
    for (let before = -1; before < found.size;) {
      before = found.size;
      pending.forEach(take);
    }
    return [...found.values()];
  }

  #keep(block: IndexedBlock): IndexedBlock {
    const { hash, height } = block;
    for (const [index, tx] of block.tx.entries()) tx.block = { hash, height, index };
    this.#blocks.set(hash, block);
    return block;
  }

  async #all(calls: BatchCall[]): Promise<unknown[]> {
    const results = await this.#rpc.batch(calls);
    for (const result of results) if (result instanceof RpcError) throw result;
    return results;
  }

  async #mempool(): Promise<ChainTransaction[]> {
    const ids = await this.#rpc.call<string[]>('getrawmempool');
    const answers = await Promise.all(
      ids.map((id) => this.#rpc.call<ChainTransaction>('getrawtransaction', [id, 1]).catch(() => undefined)),
    );
    return answers.filter((tx) => tx !== undefined); // one may have been mined or replaced meanwhile
  }
}
