/** BitcoinNode over bitcoind's RPC. Answers are read field by field: a node of another make may leave some out. */
import { hexToBytes } from '@noble/hashes/utils.js';
import { setTimeout } from 'node:timers/promises';
import type { OutpointRef } from '../core/anchor-transaction.ts';
import { hash256, HEADER_OCTETS } from '../core/block-header.ts';
import { printHash } from '../core/hex.ts';
import type { BitcoinNode, BlockContent, UnspentOutput } from './bitcoin-node.ts';
import type { BlockInfo, ChainTip, ConfirmedAnchor, FeeRates, ProvenAnchor, WatchingWallet } from './chain-backend.ts';
import { asText, fields, inSatoshi, numberOf, textOf, unreadable } from './rpc-answer.ts';
import { connectRpc, type RpcAccess, type RpcCall } from './rpc-client.ts';
import { buildAnchorProof } from './proof-builder.ts';
import { Remembered } from './remembered.ts';
import { isRefusal, RPC_INVALID_ADDRESS_OR_KEY, RPC_VERIFY_ALREADY_IN_UTXO_SET } from './rpc-refusal.ts';
import { RpcWallet } from './rpc-wallet.ts';

/**
 * The node at an RPC address. Nothing is sent before the first call.
 * @param deadlineMs of calls that are not known to last long
 */
export function connectNode(access: RpcAccess, deadlineMs?: number): BitcoinNode {
  return new RpcNode(access, deadlineMs);
}

/** How often a node that is at something long is asked whether it is there, in milliseconds. */
const ASK_AGAIN_MS = 5_000;

/** RPC gives fee rates in bitcoin per 1,000 virtual bytes. */
const RATE_VBYTES = 1_000;
/** A header is 160 characters; the txids of a block on the main chain are some 250 kB, and a coinbase is some hundred. */
const MOST_HEADERS = 1_000;
const MOST_BLOCKS = 16;

class RpcNode implements BitcoinNode {
  readonly #access: RpcAccess;
  readonly #call: RpcCall;
  /** What a hash names never changes, though the block may leave the chain. */
  readonly #headers = new Remembered<string>(MOST_HEADERS);
  readonly #blocks = new Remembered<BlockContent>(MOST_BLOCKS);
  readonly #transactions = new Remembered<string>(MOST_BLOCKS);

  constructor(access: RpcAccess, deadlineMs?: number) {
    this.#access = access;
    this.#call = connectRpc(access, undefined, deadlineMs);
  }

  async tip(): Promise<ChainTip> {
    const info = fields(await this.#call('getblockchaininfo'), 'getblockchaininfo');
    return { height: numberOf(info, 'blocks'), hash: textOf(info, 'bestblockhash') };
  }

  async bestBlockHash(): Promise<string> {
    return asText(await this.#call('getbestblockhash'), 'getbestblockhash');
  }

  async tipAbove(height: number, milliseconds: number): Promise<ChainTip> {
    const tip = fields(await this.#call('waitforblockheight', height + 1, milliseconds), 'waitforblockheight');
    return { height: numberOf(tip, 'height'), hash: textOf(tip, 'hash') };
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
    const known = this.#headers.get(hash);
    if (known !== undefined) return known;
    const hex = asText(await this.#call('getblockheader', hash, false), 'getblockheader');
    // Only what the hash proves: a node that gives longer headers, say, is asked again until it is mended.
    if (isHeaderOf(hex, hash)) this.#headers.set(hash, hex);
    return hex;
  }

  async blockContent(hash: string): Promise<BlockContent> {
    const known = this.#blocks.get(hash);
    if (known) return known;
    const block = fields(await this.#call('getblock', hash, 1), 'getblock');
    const txids = block['tx'];
    if (!Array.isArray(txids)) throw unreadable('getblock', 'tx');
    const content = { height: numberOf(block, 'height'), txids: txids.map((txid) => asText(txid, 'getblock')) };
    this.#blocks.set(hash, content);
    return content;
  }

  async transactionHex(txid: string, blockHash: string): Promise<string> {
    const place = `${blockHash} ${txid}`;
    const known = this.#transactions.get(place);
    if (known !== undefined) return known;
    const hex = asText(await this.#call('getrawtransaction', txid, false, blockHash), 'getrawtransaction');
    this.#transactions.set(place, hex);
    return hex;
  }

  async proveAnchor(anchor: ConfirmedAnchor, policyConfirmations: number): Promise<ProvenAnchor> {
    return buildAnchorProof(this, anchor, policyConfirmations);
  }

  async rawBlock(hash: string): Promise<Uint8Array> {
    const octets = Buffer.from(asText(await this.#call('getblock', hash, 0), 'getblock'), 'hex');
    if (printHash(hash256(octets.subarray(0, HEADER_OCTETS))) !== hash) throw unreadable('getblock', 'header');
    return octets;
  }

  async mempoolTransaction(txid: string): Promise<string | undefined> {
    try {
      // With an index of transactions a node would give those of blocks, too.
      await this.#call('getmempoolentry', txid);
      return asText(await this.#call('getrawtransaction', txid, false), 'getrawtransaction');
    } catch (error) {
      if (isRefusal(error, RPC_INVALID_ADDRESS_OR_KEY)) return undefined;
      throw error;
    }
  }

  async spentValue(txid: string, blockHash: string): Promise<number> {
    const { vin } = fields(await this.#call('getrawtransaction', txid, 2, blockHash), 'getrawtransaction');
    const [input] = Array.isArray(vin) ? (vin as unknown[]) : [];
    const { prevout } = fields(input, 'getrawtransaction');
    return inSatoshi(numberOf(fields(prevout, 'getrawtransaction'), 'value'));
  }

  async unspentOutputs(scriptHex: string): Promise<UnspentOutput[]> {
    const look = this.#call('scantxoutset', 'start', [`raw(${scriptHex})`]);
    const { unspents } = fields(await this.#whileAnswering(look), 'scantxoutset');
    if (!Array.isArray(unspents)) throw unreadable('scantxoutset', 'unspents');
    return unspents.map((unspent) => {
      const output = fields(unspent, 'scantxoutset');
      const [vout, height] = [numberOf(output, 'vout'), numberOf(output, 'height')];
      return { txid: textOf(output, 'txid'), vout, height, value: inSatoshi(numberOf(output, 'amount')) };
    });
  }

  /**
   * What lasts minutes is waited for as long as the node answers quick questions meanwhile: one that is gone, or hangs, is
   * told as soon as by any other call.
   */
  async #whileAnswering<T>(lasting: Promise<T>): Promise<T> {
    const over = new AbortController();
    const lost = async (): Promise<never> => {
      for (;;) {
        await this.bestBlockHash();
        await setTimeout(ASK_AGAIN_MS, undefined, { signal: over.signal });
      }
    };
    try {
      return await Promise.race([lasting, lost()]);
    } finally {
      over.abort();
    }
  }

  async unspentDepth({ txid, vout }: OutpointRef): Promise<number | undefined> {
    const output = await this.#call('gettxout', txid, vout, false);
    return output === null ? undefined : numberOf(fields(output, 'gettxout'), 'confirmations');
  }

  async isUnspent(outpoint: OutpointRef): Promise<boolean> {
    return (await this.unspentDepth(outpoint)) !== undefined;
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

  wallet(name: string): WatchingWallet {
    return new RpcWallet(this.#call, connectRpc(this.#access, name), name);
  }
}

function isHeaderOf(hex: string, hash: string): boolean {
  return /^[0-9a-f]{160}$/.test(hex) && printHash(hash256(hexToBytes(hex))) === hash;
}

/** Rounded to what RPC gives, a satoshi per 1,000: a binary fraction more would become a whole satoshi. */
function satoshiPerVbyte(rate: number): number {
  return inSatoshi(rate) / RATE_VBYTES;
}
