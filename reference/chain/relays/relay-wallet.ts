/**
 * The coins and transactions of one key, as relays show them: what they prove to be in blocks, and what the entity itself
 * has handed over and is in none yet. Payments of others are seen once they are confirmed.
 */
import { MdtError } from '../../core/errors.ts';
import { bytesToHex, equalOctets, parseHex } from '../../core/hex.ts';
import type { HeaderChain } from '../../core/header-chain.ts';
import { p2wpkhScript } from '../../core/public-key-script.ts';
import type { WalletCoin, WalletTransaction, WatchingWallet } from '../chain-backend.ts';
import { Remembered } from '../remembered.ts';
import type { Listing, Listings } from './listings.ts';
import { outpointName, type OwnTransactions } from './own-transactions.ts';
import { isActive, type Proven } from './proven.ts';
import type { Relays } from './relays.ts';

/** Coins that were seen once: whether what spends them can still be confirmed. */
const MOST_SEEN = 1_000;

export interface WalletParts {
  readonly relays: Relays;
  readonly listings: Listings;
  readonly own: OwnTransactions;
  /** Looks for a transaction by its ID. */
  readonly find: (txid: string) => Promise<Proven | undefined>;
}

export class RelayWallet implements WatchingWallet {
  readonly #parts: WalletParts;
  readonly #seen = new Remembered<Proven>(MOST_SEEN);
  #script: Uint8Array | undefined;

  constructor(parts: WalletParts) {
    this.#parts = parts;
  }

  /** What the key is paid to, once it is watched. */
  get script(): Uint8Array | undefined {
    return this.#script;
  }

  /** Nobody has to be told: relays look through the whole chain each time they are asked. */
  async watch(descriptor: string): Promise<void> {
    const key = /^wpkh\(([0-9a-f]{66})\)$/.exec(descriptor)?.[1];
    if (key === undefined) throw new MdtError('MDT_INTERNAL', 'not a descriptor of one key', { field: 'descriptor' });
    this.#script = p2wpkhScript(parseHex(key, 'MDT_INTERNAL', 'descriptor'));
  }

  async coins(): Promise<WalletCoin[]> {
    const { own, relays, find } = this.#parts;
    for (const { txid } of own.waiting(await relays.headers())) await find(txid);
    const { coins } = await this.#list();
    const chain = await relays.headers();
    const waiting = own.waiting(chain);
    const spent = new Set(waiting.flatMap(({ spends }) => spends));
    const isLeft = (name: string): boolean => !spent.has(name) && own.spenderOf([name], chain) === undefined;
    const confirmed = [...coins.values()]
      .filter((coin) => isActive(coin, chain) && isLeft(outpointName(coin)))
      .map(({ txid, vout, value, height }) => ({ txid, vout, value, confirmations: chain.confirmations(height) }));
    const unconfirmed = waiting.flatMap(({ txid, transaction }) =>
      transaction.outs.flatMap(({ script, value }, vout) =>
        this.#isOurs(script) && ![spent, coins].some((each) => each.has(outpointName({ txid, vout })))
          ? [{ txid, vout, value: Number(value), confirmations: 0 }]
          : [],
      ),
    );
    return [...confirmed, ...unconfirmed];
  }

  async transaction(txid: string): Promise<WalletTransaction | undefined> {
    const { own, relays, find } = this.#parts;
    const proven = this.#listed(txid, await relays.headers()) ?? (await find(txid));
    const chain = await relays.headers();
    if (proven) return confirmed(proven, chain);
    const known = own.get(txid);
    if (!known) return undefined;
    const hex = bytesToHex(known.transaction.toBuffer());
    const winner = own.spenderOf(known.spends, chain);
    if (winner) return { confirmations: -chain.confirmations(winner.height), blockHash: undefined, hex };
    const confirmations = (await this.#isLost(known.spends)) ? -1 : 0;
    return { confirmations, blockHash: undefined, hex };
  }

  /** Whether what it spends was in the chain, is there, and is listed no more: something else has spent it. */
  async #isLost(spends: readonly string[]): Promise<boolean> {
    const { relays, own } = this.#parts;
    const chain = await relays.headers();
    const sources = spends.filter((name) => {
      const source = this.#seen.get(name) ?? own.get(name.split(':')[0] ?? '')?.proven;
      return source !== undefined && isActive(source, chain);
    });
    if (sources.length === 0) return false;
    const { coins, isWhole, under } = await this.#list();
    const isLost = isWhole && sources.some((name) => !coins.has(name));
    return isLost && (await this.#parts.listings.of(this.#watched())).under === under;
  }

  /** A transaction that pays to us: it need not be an anchor, and was proven when it was listed. */
  #listed(txid: string, chain: HeaderChain): Proven | undefined {
    const coin = this.#seen.get(txid);
    return coin && isActive(coin, chain) ? coin : undefined;
  }

  async #list(): Promise<Listing> {
    const listing = await this.#parts.listings.of(this.#watched());
    for (const [name, coin] of listing.coins) {
      this.#seen.set(name, coin);
      this.#seen.set(coin.txid, coin);
    }
    return listing;
  }

  #isOurs(script: Uint8Array): boolean {
    return equalOctets(script, this.#watched());
  }

  #watched(): Uint8Array {
    if (this.#script) return this.#script;
    throw new MdtError('MDT_INTERNAL', 'a wallet that watches nothing', { field: 'wallet' });
  }
}

function confirmed({ transaction, height, blockHash }: Proven, chain: HeaderChain): WalletTransaction {
  const confirmations = chain.confirmations(height);
  return { confirmations, blockHash, hex: bytesToHex(transaction.toBuffer()) };
}
