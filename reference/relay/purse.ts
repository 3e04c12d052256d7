/** The coin that pays for registrations: that of one address, which is none of the lineage's (MDT-RLY-032). Amounts in satoshi. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { anchorVbytes, DUST_SAT, signAnchor, type SignedAnchor } from '../chain/anchor-builder.ts';
import type { BitcoinNode } from '../chain/bitcoin-node.ts';
import type { WalletCoin } from '../chain/chain-backend.ts';
import { LineageWallet } from '../chain/lineage-wallet.ts';
import { p2wpkhAddress } from '../core/public-key-script.ts';
import type { Lacking } from '../entity/role.ts';

export interface PurseParts {
  /** 32 octets. */
  readonly coinKey: Uint8Array;
  /** Human-readable part of addresses. */
  readonly addressPrefix: string;
  /** What a transaction pays at least, in satoshi per virtual byte. */
  readonly feeSatVb: number;
}

/** How many transactions the coin that is asked for pays for. */
const PAYMENTS_ASKED_FOR = 100;
/** No more is asked for at once, unless a single one costs more. */
const MOST_ASKED_SAT = 20_000_000;
/** A payload, one input and the change. */
const PAYMENT_VBYTES = 210;
/**
 * A node takes some 25 unconfirmed transactions one upon the other, so change is cut into shares until there are as many
 * coins, as long as each pays for so many transactions.
 */
const WANTED_COINS = 12;
const SHARES = 4;
const LEAST_IN_SHARE = 10;
/** Coins that one transaction spends at most, where none is enough. */
const MOST_INPUTS = 20;

export class Purse {
  readonly #parts: PurseParts;
  readonly #publicKey: Uint8Array;
  #wallet: LineageWallet | undefined;
  #node: BitcoinNode | undefined;
  #watched = false;
  #coins: WalletCoin[] = [];
  #feeSatVb: number;
  #lack: Lacking | undefined;

  constructor(parts: PurseParts) {
    this.#parts = parts;
    this.#publicKey = secp256k1.getPublicKey(parts.coinKey, true);
    this.#feeSatVb = parts.feeSatVb;
  }

  get lack(): Lacking | undefined {
    return this.#lack;
  }

  /**
   * Looks at the coin there is now.
   * @param older whether the address may have been paid before this process was started
   * @param reserved outpoints that are spent already, as `txid:vout`
   */
  async look(node: BitcoinNode, older: boolean, reserved: ReadonlySet<string>): Promise<void> {
    if (this.#node !== node) {
      this.#node = node;
      this.#wallet = new LineageWallet(node, this.#publicKey);
      this.#watched = false;
    }
    const wallet = this.#wallet as LineageWallet;
    if (!this.#watched) await wallet.watch(older);
    this.#watched = true;
    const [coins, { minimum }] = await Promise.all([wallet.coins(), node.feeRates(1)]);
    this.#feeSatVb = Math.ceil(Math.max(this.#parts.feeSatVb, minimum));
    this.#coins = coins.filter(({ txid, vout }) => !reserved.has(`${txid}:${vout}`)).sort(byUse);
    this.#count();
  }

  /**
   * Signs a transaction with a payload; what is left goes back to the address, and the next may spend it at once.
   * @returns `undefined` where there is not enough coin
   */
  pay(payload: Uint8Array): SignedAnchor | undefined {
    const coins = this.#choose(payload);
    if (!coins) {
      this.#lack ??= this.#asked();
      return undefined;
    }
    const shares =
      this.#coins.length < WANTED_COINS && sumOf(coins) >= SHARES * this.#costs(LEAST_IN_SHARE) ? SHARES : 1;
    const plan = { coins, payload, continuationKey: this.#publicKey, feeSatVb: this.#feeSatVb, shares };
    const signed = signAnchor(plan, this.#parts.coinKey);
    this.#coins = this.#coins.filter((coin) => !coins.includes(coin));
    const { continuation } = signed;
    for (let share = 0; share < shares; share += 1)
      this.#coins.push({ ...continuation, vout: continuation.vout + share, confirmations: 0 });
    this.#coins.sort(byUse);
    this.#count();
    return signed;
  }

  #choose(payload: Uint8Array): [WalletCoin, ...WalletCoin[]] | undefined {
    const enough = (coins: readonly [WalletCoin, ...WalletCoin[]]): boolean =>
      sumOf(coins) >= DUST_SAT + anchorVbytes({ coins, payload, continuationKey: this.#publicKey }) * this.#feeSatVb;
    const one = this.#coins.find((coin) => enough([coin]));
    if (one) return [one];
    const [first, ...others] = this.#coins.slice(0, MOST_INPUTS);
    return first && enough([first, ...others]) ? [first, ...others] : undefined;
  }

  /** Coin is asked for before it is gone. */
  #count(): void {
    const least = this.#costs(1);
    this.#lack = sumOf(this.#coins) < least ? this.#asked() : undefined;
  }

  #costs(payments: number): number {
    return DUST_SAT + payments * PAYMENT_VBYTES * this.#feeSatVb;
  }

  #asked(): Lacking {
    const wanted = Math.max(Math.min(this.#costs(PAYMENTS_ASKED_FOR), MOST_ASKED_SAT), this.#costs(1));
    const missingSat = Math.max(wanted - sumOf(this.#coins), DUST_SAT);
    return { address: p2wpkhAddress(this.#publicKey, this.#parts.addressPrefix), missingSat };
  }
}

/** Confirmed ones first: a node takes only so many unconfirmed transactions one upon the other. */
function byUse(a: WalletCoin, b: WalletCoin): number {
  return (
    Math.sign(b.confirmations) - Math.sign(a.confirmations) ||
    b.value - a.value ||
    a.txid.localeCompare(b.txid) ||
    a.vout - b.vout
  );
}

function sumOf(coins: readonly WalletCoin[]): number {
  return coins.reduce((sum, { value }) => sum + value, 0);
}
