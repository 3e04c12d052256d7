/** What an entity asks of Bitcoin, whoever answers. Hashes and txids are as RPC prints them, values in satoshi, times in seconds. */
import type { OutpointRef } from '../core/anchor-transaction.ts';
import type { AnchorPlace } from '../core/locator.ts';
import type { AnchorProof } from '../gen/schemas.ts';

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

/** Satoshi per virtual byte. */
export interface FeeRates {
  /** The least that the node's mempool takes now. */
  readonly minimum: number;
  /** By how much more at least a replacement has to pay (BIP-125, rule 4). */
  readonly increment: number;
  /** What is expected to be mined within the blocks that were asked for, where the node can tell. */
  readonly estimate: number | undefined;
}

export interface ConfirmedAnchor {
  readonly txid: string;
  /** With its witness, hexadecimal. */
  readonly transaction: string;
  readonly prevoutValue: number;
  readonly blockHash: string;
  readonly confirmations: number;
  /** Index of the OP_RETURN output, where that is another than in a lineage. */
  readonly vout?: number;
}

export interface ProvenAnchor {
  readonly place: AnchorPlace;
  readonly proof: AnchorProof;
}

/** Every call rejects with MdtError MDT_CHAIN_UNAVAILABLE where nobody answers, and with RpcRefusal where it is refused. */
export interface ChainBackend {
  tip(): Promise<ChainTip>;
  /** Hash of the tip: the cheapest question that shows a new block. */
  bestBlockHash(): Promise<string>;
  /** The tip as soon as it is higher than `height`; what it is then, where that takes longer than `milliseconds`. */
  tipAbove(height: number, milliseconds: number): Promise<ChainTip>;
  blockHash(height: number): Promise<string>;
  /** Of a block of the active chain; a node knows others, too. */
  blockInfo(hash: string): Promise<BlockInfo>;
  /** The serialized header, as long as it is there: on a fork of Bitcoin it need not be 80 octets. */
  headerHex(hash: string): Promise<string>;
  /**
   * Where a confirmed anchor is, and the proof under `policy.confirmations` (MDT-PRF-001 to -005).
   * @throws MdtError MDT_CONFIRMATIONS where it is not in the block that was named
   */
  proveAnchor(anchor: ConfirmedAnchor, policyConfirmations: number): Promise<ProvenAnchor>;
  /** Whether an output that pays to a watched key is in the active chain and not spent there; what is unconfirmed does not count. */
  isUnspent(outpoint: OutpointRef): Promise<boolean>;
  /** Hands a transaction to the network. One that is there already is no error. */
  broadcast(transactionHex: string): Promise<void>;
  /** What transactions have to pay, to be mined within `blocks` blocks. */
  feeRates(blocks: number): Promise<FeeRates>;
  /** The wallet `name`, which holds no private key. */
  wallet(name: string): WatchingWallet;
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

export interface WatchingWallet {
  /** Creates or loads the wallet so that it watches `descriptor` (without checksum); `rescan` looks for payments before now too. */
  watch(descriptor: string, rescan: boolean): Promise<void>;
  /** Unspent outputs, unconfirmed ones included. */
  coins(): Promise<WalletCoin[]>;
  /** A transaction that pays to or from the wallet, `undefined` where it knows none. */
  transaction(txid: string): Promise<WalletTransaction | undefined>;
}
