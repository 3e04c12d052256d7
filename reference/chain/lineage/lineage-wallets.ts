/** The wallets of a lineage, one a key, and what of their coins an anchor may spend beside the continuation. */
import { hexToBytes } from '@noble/hashes/utils.js';
import { CONTINUATION_VOUT } from '../../core/anchor-transaction.ts';
import { isAnchorOfLineage } from '../../core/foreign-input.ts';
import { parseTransaction } from '../../core/transaction.ts';
import type { ChainBackend, WalletCoin, WalletTransaction } from '../chain-backend.ts';
import { LineageWallet } from '../lineage-wallet.ts';
import type { LineageBook, LineageKeys } from './lineage-book.ts';

export class LineageWallets {
  readonly #node: ChainBackend;
  readonly #book: LineageBook;
  readonly #keys: LineageKeys;
  readonly #wallets: LineageWallet[] = [];
  /** Keys of generations below this one may have been paid before this process was started. */
  readonly #rescanBelow: number;
  /** Coins that were looked at, by outpoint: whether they continue a lineage. */
  readonly #continues = new Map<string, boolean>();

  /** @param olderKey whether the first key may have been paid before this process was started */
  constructor(node: ChainBackend, book: LineageBook, keys: LineageKeys, olderKey: boolean) {
    this.#node = node;
    this.#book = book;
    this.#keys = keys;
    // A later key is told to the world by the SUCCESSOR that pays it.
    const { documents, versions } = book;
    const signed = new Set(versions.map(({ document }) => document));
    const successors = documents.filter(({ kind }, index) => kind === 'SUCCESSOR' && signed.has(index));
    this.#rescanBelow = olderKey ? 1 + successors.length : 0;
  }

  /** Watches the keys up to a generation that are not watched yet: before the first payment, or the whole chain is looked through. */
  async watch(generation: number): Promise<void> {
    for (let next = this.#wallets.length; next <= generation; next += 1) {
      const wallet = new LineageWallet(this.#node, this.#keys.publicKey(next));
      await wallet.watch(next < this.#rescanBelow);
      this.#wallets.push(wallet);
    }
  }

  async transaction(generation: number, txid: string): Promise<WalletTransaction | undefined> {
    return (await this.#of(generation)).transaction(txid);
  }

  /** What was paid to a key by others. The continuation of another lineage is nobody's to spend as a further input (MDT-LIN-016). */
  async deposits(generation: number): Promise<WalletCoin[]> {
    const own = new Set(this.#book.versions.map(({ txid }) => txid));
    const coins = (await (await this.#of(generation)).coins()).filter(({ txid }) => !own.has(txid));
    const deposits = [];
    for (const coin of coins) if (!(await this.#continuesALineage(generation, coin))) deposits.push(coin);
    return deposits;
  }

  /** Satoshi that the lineage has under the key of a generation and later ones, unconfirmed ones included. */
  async balance(generation: number): Promise<number> {
    let sum = 0;
    for (let each = generation; each < Math.max(this.#wallets.length, generation + 1); each += 1) {
      const own = new Set(this.#book.versions.map(({ txid }) => txid));
      const coins = await (await this.#of(each)).coins();
      const continuations = coins.filter(({ txid }) => own.has(txid));
      sum += [...continuations, ...(await this.deposits(each))].reduce((total, { value }) => total + value, 0);
    }
    return sum;
  }

  async #of(generation: number): Promise<LineageWallet> {
    await this.watch(generation);
    return this.#wallets[generation] as LineageWallet;
  }

  async #continuesALineage(generation: number, { txid, vout }: WalletCoin): Promise<boolean> {
    if (vout !== CONTINUATION_VOUT) return false;
    const known = this.#continues.get(txid);
    if (known !== undefined) return known;
    const { hex } = (await this.transaction(generation, txid)) ?? {};
    const continues = hex === undefined || isAnchorOfLineage(parseTransaction(hexToBytes(hex), 'transaction'));
    if (hex !== undefined) this.#continues.set(txid, continues);
    return continues;
  }
}
