/** BitcoinNode over bitcoind's RPC. Answers are read field by field: a node of another make may leave some out. */
import type { OutpointRef } from '../core/anchor-transaction.ts';
import type { BitcoinNode, BlockContent, BlockInfo, ChainTip, FeeRates, NodeWallet } from './bitcoin-node.ts';
import { asText, fields, numberOf, textOf, unreadable } from './rpc-answer.ts';
import { connectRpc, type RpcAccess, type RpcCall } from './rpc-client.ts';
import { Remembered } from './remembered.ts';
import { isRefusal, RPC_VERIFY_ALREADY_IN_UTXO_SET } from './rpc-refusal.ts';
import { RpcWallet } from './rpc-wallet.ts';

/** The node at an RPC address. Nothing is sent before the first call. */
export function connectNode(access: RpcAccess): BitcoinNode {
  return new RpcNode(access);
}

/** RPC gives fee rates in bitcoin per 1,000 virtual bytes. */
const SATOSHI_PER_BITCOIN = 100_000_000;
const RATE_VBYTES = 1_000;
/** A block on regtest is a few kilobytes, one on the main chain some 250 kB of txids. */
const MOST_REMEMBERED = 64;

class RpcNode implements BitcoinNode {
  readonly #access: RpcAccess;
  readonly #call: RpcCall;
  /** What a hash names never changes, though the block may leave the chain. */
  readonly #known = new Remembered<Promise<unknown>>(MOST_REMEMBERED);

  constructor(access: RpcAccess) {
    this.#access = access;
    this.#call = connectRpc(access);
  }

  async tip(): Promise<ChainTip> {
    const info = fields(await this.#call('getblockchaininfo'), 'getblockchaininfo');
    return { height: numberOf(info, 'blocks'), hash: textOf(info, 'bestblockhash') };
  }

  async bestBlockHash(): Promise<string> {
    return asText(await this.#call('getbestblockhash'), 'getbestblockhash');
  }

  async blockHash(height: number): Promise<string> {
    return asText(await this.#call('getblockhash', height), 'getblockhash');
  }

  async blockInfo(hash: string): Promise<BlockInfo> {
    const info = fields(await this.#call('getblockheader', hash, true), 'getblockheader');
    return {
      hash,
      height: numberOf(info, 'height'),
      confirmations: numberOf(info, 'confirmations'),
      medianTime: numberOf(info, 'mediantime'),
    };
  }

  async headerHex(hash: string): Promise<string> {
    return asText(await this.#once('getblockheader', hash, false), 'getblockheader');
  }

  async blockContent(hash: string): Promise<BlockContent> {
    const block = fields(await this.#once('getblock', hash, 1), 'getblock');
    const txids = block['tx'];
    if (!Array.isArray(txids)) throw unreadable('getblock', 'tx');
    return { height: numberOf(block, 'height'), txids: txids.map((txid) => asText(txid, 'getblock')) };
  }

  async transactionHex(txid: string, blockHash: string): Promise<string> {
    return asText(await this.#once('getrawtransaction', txid, false, blockHash), 'getrawtransaction');
  }

  /** The answer to a call whose answer is always the same; one that failed is asked for again. */
  #once(method: string, ...parameters: readonly (string | number | boolean)[]): Promise<unknown> {
    const key = JSON.stringify([method, ...parameters]);
    const known = this.#known.get(key);
    if (known) return known;
    const asked = this.#call(method, ...parameters);
    this.#known.set(key, asked);
    asked.catch(() => this.#known.delete(key));
    return asked;
  }

  async isUnspent({ txid, vout }: OutpointRef): Promise<boolean> {
    return (await this.#call('gettxout', txid, vout, false)) !== null;
  }

  async broadcast(transactionHex: string): Promise<void> {
    try {
      // 0: no limit of the node's. Its own, 10,000 sat/vB, is for people who mistype; ours is the operator's.
      await this.#call('sendrawtransaction', transactionHex, 0);
    } catch (error) {
      if (!isRefusal(error, RPC_VERIFY_ALREADY_IN_UTXO_SET)) throw error;
    }
  }

  async feeRates(blocks: number): Promise<FeeRates> {
    const info = fields(await this.#call('getmempoolinfo'), 'getmempoolinfo');
    return {
      minimum: satoshiPerVbyte(numberOf(info, 'mempoolminfee')),
      increment: satoshiPerVbyte(numberOf(info, 'incrementalrelayfee')),
      estimate: await this.#estimate(blocks),
    };
  }

  /** An estimate is a help and no more: a node may refuse the call, or have seen too few blocks. */
  async #estimate(blocks: number): Promise<number | undefined> {
    try {
      const rate = fields(await this.#call('estimatesmartfee', blocks), 'estimatesmartfee')['feerate'];
      return typeof rate === 'number' ? satoshiPerVbyte(rate) : undefined;
    } catch {
      return undefined;
    }
  }

  wallet(name: string): NodeWallet {
    return new RpcWallet(this.#call, connectRpc(this.#access, name), name);
  }
}

/** Rounded to what RPC gives, a satoshi per 1,000: a binary fraction more would become a whole satoshi. */
function satoshiPerVbyte(rate: number): number {
  return Math.round(rate * SATOSHI_PER_BITCOIN) / RATE_VBYTES;
}
