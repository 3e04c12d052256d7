/** What the reference asks of a Bitcoin node. Hashes and txids are as RPC prints them, values in satoshi, times in seconds. */

import type { OutpointRef } from '../core/anchor-transaction.ts';

export interface ChainTip {
  readonly height: number;
  readonly hash: string;
}

export interface BlockInfo {
  readonly hash: string;
  readonly height: number;
  /** −1 where the block is not in the active chain, else 1 for the tip. */
  readonly confirmations: number;
  /** Median time past (BIP-113) of the block, itself included. */
  readonly medianTime: number;
}

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

/** Satoshi per virtual byte. */
export interface FeeRates {
  /** The least that the node's mempool takes now. */
  readonly minimum: number;
  /** By how much more at least a replacement has to pay (BIP-125, rule 4). */
  readonly increment: number;
  /** What is expected to be mined within the blocks that were asked for, where the node can tell. */
  readonly estimate: number | undefined;
}

/** Every call rejects with MdtError MDT_CHAIN_UNAVAILABLE where the node does not answer, and with RpcRefusal where it refuses. */
export interface BitcoinNode {
  tip(): Promise<ChainTip>;
  /** Hash of the tip: the cheapest question that shows a new block. */
  bestBlockHash(): Promise<string>;
  /** The tip as soon as it is higher than `height`; what it is then, where that takes longer than `milliseconds`. */
  tipAbove(height: number, milliseconds: number): Promise<ChainTip>;
  blockHash(height: number): Promise<string>;
  blockInfo(hash: string): Promise<BlockInfo>;
  /** The serialized header, as long as the node has it: on a fork of Bitcoin it need not be 80 octets. */
  headerHex(hash: string): Promise<string>;
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
  /** Confirmations of an output that is in the active chain and not spent there. */
  unspentDepth(outpoint: OutpointRef): Promise<number | undefined>;
  /** Whether an output is in the active chain and not spent there; what waits in the mempool does not count. */
  isUnspent(outpoint: OutpointRef): Promise<boolean>;
  /** Hands a transaction to the node. One that it already has is no error. */
  broadcast(transactionHex: string): Promise<void>;
  /** What transactions have to pay, to be mined within `blocks` blocks. */
  feeRates(blocks: number): Promise<FeeRates>;
  /** The node's wallet `name`, which holds no private key. */
  wallet(name: string): NodeWallet;
}

export interface WalletCoin {
  readonly txid: string;
  readonly vout: number;
  readonly value: number;
  readonly confirmations: number;
}

export interface WalletTransaction {
  /** 0 where it is not confirmed, negative where it conflicts with a confirmed one. */
  readonly confirmations: number;
  readonly blockHash: string | undefined;
  /** Its octets, hexadecimal. */
  readonly hex: string;
}

export interface NodeWallet {
  /** Creates or loads the wallet so that it watches `descriptor` (without checksum); `rescan` looks for payments before now too. */
  watch(descriptor: string, rescan: boolean): Promise<void>;
  /** Unspent outputs, unconfirmed ones included. */
  coins(): Promise<WalletCoin[]>;
  /** A transaction that pays to or from the wallet, `undefined` where it knows none. */
  transaction(txid: string): Promise<WalletTransaction | undefined>;
}
