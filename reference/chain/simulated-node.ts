/**
 * A chain in memory, for faults that a real node cannot be made to show at a chosen moment: a call that fails
 * between two others, a reorganisation between two answers, a mempool that forgets. What a real node decides
 * (which transaction is valid) it does not decide; the kit shows that on bitcoind.
 */
import { concatBytes } from '@noble/hashes/utils.js';
import type { OutpointRef } from '../core/anchor-transaction.ts';
import { hash256 } from '../core/block-header.ts';
import { MdtError } from '../core/errors.ts';
import { bytesToHex, hashFromPrinted, parseHex, printHash } from '../core/hex.ts';
import { merkleBranch, merkleRootOf } from '../core/merkle.ts';
import { p2wpkhScript } from '../core/public-key-script.ts';
import { transactionHash } from '../core/transaction.ts';
import type { BitcoinNode, BlockContent, UnspentOutput } from './bitcoin-node.ts';
import type {
  BlockInfo,
  ChainTip,
  ConfirmedAnchor,
  FeeRates,
  ProvenAnchor,
  WalletCoin,
  WalletTransaction,
  WatchingWallet,
} from './chain-backend.ts';
import { buildAnchorProof } from './proof-builder.ts';
import { RPC_TRANSACTION_ERROR, RpcRefusal } from './rpc-refusal.ts';
import { conflict, read, SimulatedMempool, spentBy, txidOf } from './simulated-mempool.ts';

interface Block {
  readonly hash: string;
  readonly header: string;
  readonly transactions: readonly string[];
}

/** bitcoind's regtest target: half of all hashes are good. */
const EASY_BITS = 'ffff7f20';

export class SimulatedNode implements BitcoinNode {
  /** Names of the calls made, in order. */
  readonly calls: string[] = [];
  /** Every transaction that was handed over, in order. */
  readonly broadcasts: string[] = [];
  /** Called before each call; what it throws is what the call rejects with. */
  onCall: (name: string) => void = () => undefined;
  readonly mempool: SimulatedMempool = new SimulatedMempool();
  readonly #blocks: Block[] = [];
  #salt = 0;

  constructor(height: number) {
    this.mine(height + 1);
  }

  get genesis(): string {
    return this.#block(0).hash;
  }

  get height(): number {
    return this.#blocks.length - 1;
  }

  /** Adds blocks; the first holds what miners take of the mempool. */
  mine(count: number): void {
    for (let each = 0; each < count; each += 1) this.mineWith(this.mempool.take(this.transactions()));
  }

  /** Adds a block that holds `chosen`, whatever is in the mempool. */
  mineWith(chosen: readonly string[]): void {
    const transactions = [this.#coinbase(), ...chosen];
    this.mempool.confirm(chosen);
    const header = grind(this.#blocks.at(-1)?.hash, rootOf(transactions), this.#blocks.length);
    this.#blocks.push({ hash: printHash(hash256(header)), header: bytesToHex(header), transactions });
  }

  /** Pays `value` satoshi to a key, in the mempool; gives the txid. */
  pay(publicKey: Uint8Array, value: number): string {
    const paying = read(this.#coinbase());
    paying.ins[0]!.hash = hash256(paying.toBuffer()); // of a transaction that nobody knows
    paying.ins[0]!.index = 0; // no coinbase any more
    paying.outs[0]!.script = p2wpkhScript(publicKey);
    paying.outs[0]!.value = BigInt(value);
    this.mempool.put(paying.toHex());
    return paying.getId();
  }

  /** Takes blocks away, as a reorganisation does before it brings others. What they held goes back to the mempool, or is lost. */
  disconnect(count: number, lost = false): void {
    const gone = this.#blocks.splice(-count);
    if (!lost) this.mempool.put(...gone.flatMap((block) => block.transactions.slice(1)));
  }

  /** What the chain holds and the mempool, in order. */
  transactions(): string[] {
    return [...this.#confirmed(), ...this.mempool.transactions];
  }

  async tip(): Promise<ChainTip> {
    this.#count('tip');
    return { height: this.height, hash: this.#block(this.height).hash };
  }

  async bestBlockHash(): Promise<string> {
    this.#count('bestBlockHash');
    return this.#block(this.height).hash;
  }

  /** It waits no time: a node that is asked to may answer sooner. */
  async tipAbove(): Promise<ChainTip> {
    this.#count('tipAbove');
    return { height: this.height, hash: this.#block(this.height).hash };
  }

  async blockHash(height: number): Promise<string> {
    this.#count('blockHash');
    return this.#block(height).hash;
  }

  async blockInfo(hash: string): Promise<BlockInfo> {
    this.#count('blockInfo');
    const height = this.#heightOf(hash);
    return { hash, height, confirmations: this.height - height + 1, medianTime: timeOf(height) };
  }

  async headerHex(hash: string): Promise<string> {
    this.#count('headerHex');
    return this.#block(this.#heightOf(hash)).header;
  }

  async blockContent(hash: string): Promise<BlockContent> {
    this.#count('blockContent');
    const height = this.#heightOf(hash);
    return { height, txids: this.#block(height).transactions.map(txidOf) };
  }

  async transactionHex(txid: string, blockHash: string): Promise<string> {
    this.#count('transactionHex');
    const found = this.#block(this.#heightOf(blockHash)).transactions.find((hex) => txidOf(hex) === txid);
    if (found === undefined) throw new RpcRefusal(-5, 'getrawtransaction', 'No such transaction');
    return found;
  }

  async proveAnchor(anchor: ConfirmedAnchor, policyConfirmations: number): Promise<ProvenAnchor> {
    return buildAnchorProof(this, anchor, policyConfirmations);
  }

  async rawBlock(hash: string): Promise<Uint8Array> {
    this.#count('rawBlock');
    const { header, transactions } = this.#block(this.#heightOf(hash));
    // One octet says how many there are, up to 252.
    return Buffer.from(`${header}${transactions.length.toString(16).padStart(2, '0')}${transactions.join('')}`, 'hex');
  }

  async mempoolTransaction(txid: string): Promise<string | undefined> {
    this.#count('mempoolTransaction');
    return this.mempool.transactions.find((hex) => txidOf(hex) === txid);
  }

  async spentValue(txid: string, blockHash: string): Promise<number> {
    const [input] = read(await this.transactionHex(txid, blockHash)).ins;
    const source = this.#confirmed().find((hex) => input && txidOf(hex) === printHash(input.hash));
    return source === undefined ? 0 : Number(read(source).outs[input?.index ?? 0]?.value ?? 0n);
  }

  async unspentOutputs(scriptHex: string): Promise<UnspentOutput[]> {
    this.#count('unspentOutputs');
    const coins = this.#coinsOf([parseHex(scriptHex, 'MDT_INTERNAL', 'script')], this.#confirmed());
    return coins.map(({ confirmations, txid, vout, value }) => {
      const height = this.height - confirmations + 1;
      return { txid, vout, value, height };
    });
  }

  async unspentDepth(outpoint: OutpointRef): Promise<number | undefined> {
    return (await this.isUnspent(outpoint)) ? this.#find(outpoint.txid)?.confirmations : undefined;
  }

  async isUnspent({ txid, vout }: OutpointRef): Promise<boolean> {
    this.#count('isUnspent');
    const confirmed = this.#confirmed();
    const outpoint = `${bytesToHex(hashFromPrinted(txid))}:${vout}`;
    const exists = confirmed.some((hex) => txidOf(hex) === txid && read(hex).outs[vout] !== undefined);
    return exists && !confirmed.some((hex) => spentBy(hex).includes(outpoint));
  }

  async broadcast(transactionHex: string): Promise<void> {
    this.#count('broadcast');
    this.broadcasts.push(transactionHex);
    const [confirmed, everything] = [this.#confirmed(), this.transactions()];
    if (confirmed.includes(transactionHex)) return;
    const known = read(transactionHex).ins.every(({ hash }) =>
      everything.some((hex) => txidOf(hex) === printHash(hash)),
    );
    if (!known || confirmed.some((hex) => conflict(hex, transactionHex)))
      throw new RpcRefusal(RPC_TRANSACTION_ERROR, 'sendrawtransaction', 'bad-txns-inputs-missingorspent');
    this.mempool.add(transactionHex, everything);
  }

  async feeRates(): Promise<FeeRates> {
    this.#count('feeRates');
    return this.mempool.rates;
  }

  wallet(): WatchingWallet {
    const watched: Uint8Array[] = [];
    return {
      watch: async (descriptor) => {
        this.#count('watch');
        const key = /^wpkh\((\w+)\)$/.exec(descriptor)?.[1] ?? '';
        watched.push(p2wpkhScript(parseHex(key, 'MDT_INTERNAL', 'descriptor')));
      },
      coins: async () => {
        this.#count('coins');
        return this.#coinsOf(watched, this.transactions());
      },
      transaction: async (txid) => {
        this.#count('transaction');
        return this.#find(txid);
      },
    };
  }

  /** @param transactions that make coins and spend them */
  #coinsOf(scripts: readonly Uint8Array[], transactions: readonly string[]): WalletCoin[] {
    const all = transactions.map(read);
    const spent = new Set(transactions.flatMap(spentBy));
    return all.flatMap((tx) =>
      tx.outs.flatMap(({ script, value }, vout) => {
        const ours = scripts.some((each) => bytesToHex(each) === bytesToHex(script));
        const txid = printHash(transactionHash(tx));
        if (!ours || spent.has(`${bytesToHex(transactionHash(tx))}:${vout}`)) return [];
        return [{ txid, vout, value: Number(value), confirmations: this.#find(txid)?.confirmations ?? 0 }];
      }),
    );
  }

  #find(txid: string): WalletTransaction | undefined {
    const height = this.#blocks.findIndex((block) => block.transactions.some((hex) => txidOf(hex) === txid));
    if (height >= 0) {
      const { hash, transactions } = this.#block(height);
      const hex = transactions.find((each) => txidOf(each) === txid) ?? '';
      return { confirmations: this.height - height + 1, blockHash: hash, hex };
    }
    const sent = [...this.mempool.transactions, ...this.broadcasts].find((hex) => txidOf(hex) === txid);
    if (sent === undefined) return undefined;
    const winner = this.#confirmed().find((hex) => conflict(hex, sent));
    const depth = winner === undefined ? 0 : (this.#find(txidOf(winner))?.confirmations ?? 0);
    return { confirmations: depth === 0 ? 0 : -depth, blockHash: undefined, hex: sent };
  }

  #confirmed(): string[] {
    return this.#blocks.flatMap((block) => block.transactions);
  }

  #coinbase(): string {
    this.#salt += 1;
    const salt = this.#salt.toString(16).padStart(8, '0');
    return `0200000001${'00'.repeat(32)}ffffffff0504${salt}ffffffff010000000000000000015100000000`;
  }

  #block(height: number): Block {
    const block = this.#blocks[height];
    if (block === undefined) throw new RpcRefusal(-8, 'getblockhash', 'Block height out of range');
    return block;
  }

  #heightOf(hash: string): number {
    const height = this.#blocks.findIndex((block) => block.hash === hash);
    if (height < 0) throw new RpcRefusal(-5, 'getblock', 'Block not found');
    return height;
  }

  #count(name: string): void {
    this.calls.push(name);
    this.onCall(name);
  }
}

/** An outage, as the RPC client reports it. */
export function outage(): MdtError {
  return new MdtError('MDT_CHAIN_UNAVAILABLE', 'cut', { field: 'chain.rpc' });
}

function rootOf(transactions: readonly string[]): Uint8Array {
  const leaves = transactions.map((hex) => hashFromPrinted(txidOf(hex)));
  return merkleRootOf(leaves[0]!, merkleBranch(leaves, 0), 0, '');
}

/** A block a minute since 2023. */
function timeOf(height: number): number {
  return 1_700_000_000 + 60 * height;
}

function grind(previous: string | undefined, root: Uint8Array, height: number): Uint8Array {
  const start = concatBytes(
    Uint8Array.of(0, 0, 0, 0x20),
    previous === undefined ? new Uint8Array(32) : hashFromPrinted(previous),
    root,
    uint32(timeOf(height)),
    parseHex(EASY_BITS, 'MDT_INTERNAL', ''),
  );
  for (let nonce = 0; ; nonce += 1) {
    const header = concatBytes(start, uint32(nonce));
    if ((hash256(header)[31] ?? 0xff) < 0x7f) return header;
  }
}

function uint32(value: number): Uint8Array {
  const octets = new Uint8Array(4);
  new DataView(octets.buffer).setUint32(0, value, true);
  return octets;
}
