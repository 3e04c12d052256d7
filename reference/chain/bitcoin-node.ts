/** What a relay asks of a Bitcoin node beside what every entity asks. */
import type { OutpointRef } from '../core/anchor-transaction.ts';
import type { ChainBackend } from './chain-backend.ts';

export interface BlockContent {
  readonly height: number;
  /** txids in block order, the coinbase first. */
  readonly txids: readonly string[];
}

/** An output that nothing in the active chain has spent. */
export interface UnspentOutput extends OutpointRef {
  readonly value: number;
  readonly height: number;
}

export interface BitcoinNode extends ChainBackend {
  blockContent(hash: string): Promise<BlockContent>;
  /** The whole block, as the network sends it. */
  rawBlock(hash: string): Promise<Uint8Array>;
  /** A confirmed transaction with its witness; works without txindex because the block is named. */
  transactionHex(txid: string, blockHash: string): Promise<string>;
  /** A transaction that waits in the mempool, hexadecimal. */
  mempoolTransaction(txid: string): Promise<string | undefined>;
  /** Value of the output that input 0 of a confirmed transaction spends, from what the node keeps to undo a block. */
  spentValue(txid: string, blockHash: string): Promise<number>;
  /** Outputs of a script, in no order; the node looks through all there are, which takes minutes on main. */
  unspentOutputs(scriptHex: string): Promise<UnspentOutput[]>;
  /** Confirmations of an output, whatever it pays to, that is in the active chain and not spent there. */
  unspentDepth(outpoint: OutpointRef): Promise<number | undefined>;
}
