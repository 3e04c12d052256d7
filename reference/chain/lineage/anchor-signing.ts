/** Signing the next anchor of a lineage: which coins pay for it, and how much it pays (MDT-LIN-016, -018, -020 to -022). */
import { hexToBytes } from '@noble/hashes/utils.js';
import { MdtError } from '../../core/errors.ts';
import { anchorVbytes, DUST_SAT, signAnchor, type AnchorPlan, type SpendableCoin } from '../anchor-builder.ts';
import { RESERVE_SAT } from '../anchor-cost.ts';
import type { WalletCoin } from '../chain-backend.ts';
import { FURTHER_INPUT_CONFIRMATIONS } from '../coin-choice.ts';
import { replaceByFee, type FeeOffer } from '../fee-replacement.ts';
import {
  isUrgent,
  type AnchoredDocument,
  type LineageBook,
  type LineageKeys,
  type SignedVersion,
} from './lineage-book.ts';

/** A P2WPKH input with its witness, in virtual bytes. */
const INPUT_VBYTES = 69;
/** Inputs beyond this many wait for the anchor after. */
const MAX_INPUTS = 20;
/** Less is not worth its own fee at ten sat/vB, and invites payments that are not. */
const LEAST_ASKED_SAT = 1_000;

/** What the next anchor is made of. */
export interface NextAnchor {
  /** Index of its document. */
  readonly document: number;
  /** Which key signs. */
  readonly generation: number;
  /** Whatever others paid to that key. */
  readonly deposits: readonly WalletCoin[];
}

export interface Signed {
  readonly signed: SignedVersion;
  readonly feeSatVb: number;
}

export type Signing =
  | Signed
  /** Satoshi to be paid to the key that signs. */
  | { readonly lacks: 'coin'; readonly missingSat: number }
  /** Enough was paid, but not all of it is deep enough. */
  | { readonly lacks: 'depth' }
  /** A heartbeat that would spend what is kept for SUCCESSOR and RETIRE. */
  | { readonly lacks: 'reserve' }
  /** Neither coin nor ceiling lets it pay more. */
  | { readonly lacks: 'fee' };

export class AnchorSigner {
  readonly #book: LineageBook;
  readonly #keys: LineageKeys;
  readonly #feeSatVb: number;

  /** @param feeSatVb what an anchor pays at first */
  constructor(book: LineageBook, keys: LineageKeys, feeSatVb: number) {
    this.#book = book;
    this.#keys = keys;
    this.#feeSatVb = feeSatVb;
  }

  /** Signs a first version upon `continuation`. */
  sign(next: NextAnchor, continuation: SpendableCoin): Signing {
    const feeSatVb = this.#feeSatVb;
    const plan = this.#planOf(next, [continuation]);
    const { document } = plan;
    const leastSat = leastContinuation(document);
    const costSat = anchorVbytes(plan) * feeSatVb;
    if (sumOf(plan.coins) - costSat < leastSat) {
      if (!isUrgent(document)) return { lacks: 'reserve' };
      return lackOf(plan, this.#worthwhile(next.deposits), feeSatVb);
    }
    const signed = signAnchor({ ...plan, feeSatVb }, this.#keys.secretKey(next.generation));
    return { signed: this.#versionOf(next, plan.coins, signed), feeSatVb };
  }

  /** Signs a version that takes the place of one that waits: of the same document, or of an urgent one in its stead. */
  replace(next: NextAnchor, waiting: SignedVersion, offer: FeeOffer): Signing {
    const plan = this.#planOf(next, waiting.coins);
    const replacement = { ...plan, leastSat: leastContinuation(plan.document) };
    const signed = replaceByFee(waiting, replacement, offer, this.#keys.secretKey(next.generation));
    if (!signed) return { lacks: 'fee' };
    return { signed: this.#versionOf(next, plan.coins, signed), feeSatVb: signed.feeSatVb };
  }

  /** The coins that are spent in any case, and every deposit that is deep enough: so a lineage is topped up. */
  #planOf(
    { document: index, generation, deposits }: NextAnchor,
    first: AnchorPlan['coins'],
  ): Omit<AnchorPlan, 'feeSatVb'> & { document: AnchoredDocument } {
    const document = this.#book.documents[index];
    if (!document) throw new MdtError('MDT_INTERNAL', `no document ${index}`, { field: 'lineage' });
    const spent = (coin: SpendableCoin): boolean => first.some((each) => same(each, coin));
    const further = this.#worthwhile(deposits)
      .filter((coin) => coin.confirmations >= FURTHER_INPUT_CONFIRMATIONS && !spent(coin))
      .sort((a, b) => b.value - a.value)
      .slice(0, Math.max(0, MAX_INPUTS - first.length))
      .map(({ txid, vout, value }) => ({ txid, vout, value }));
    return {
      document,
      coins: [...first, ...further],
      payload: hexToBytes(document.payload),
      continuationKey: this.#keys.publicKey(generation + (document.kind === 'SUCCESSOR' ? 1 : 0)),
    };
  }

  /** Dust is sent to anybody; an input that costs more than it brings is left where it is. */
  #worthwhile(deposits: readonly WalletCoin[]): WalletCoin[] {
    return deposits.filter(({ value }) => value > INPUT_VBYTES * this.#feeSatVb);
  }

  #versionOf(
    { document }: NextAnchor,
    coins: AnchorPlan['coins'],
    { transaction, txid }: { transaction: string; txid: string },
  ): SignedVersion {
    return { document, coins, transaction, txid };
  }
}

/** MDT-LIN-021: an entity that cannot pay for its end cannot end. */
function leastContinuation(document: AnchoredDocument): number {
  return isUrgent(document) ? DUST_SAT : RESERVE_SAT;
}

/** What an urgent anchor lacks. One that goes on living asks for the reserve as well; it is anchored as soon as its cost is there. */
function lackOf(
  plan: Omit<AnchorPlan, 'feeSatVb'> & { document: AnchoredDocument },
  deposits: readonly WalletCoin[],
  feeSatVb: number,
): Signing {
  const shallow = deposits.filter((coin) => !plan.coins.some((each) => same(each, coin)));
  const cost = (inputs: AnchorPlan['coins']): number => anchorVbytes({ ...plan, coins: inputs }) * feeSatVb;
  const all = [...plan.coins, ...shallow] as unknown as AnchorPlan['coins'];
  if (sumOf(all) - cost(all) >= DUST_SAT) return { lacks: 'depth' };
  const keep = plan.document.kind === 'RETIRE' ? DUST_SAT : RESERVE_SAT;
  const [any] = plan.coins;
  const missingSat = cost([...all, any]) + keep - sumOf(all);
  return { lacks: 'coin', missingSat: Math.max(LEAST_ASKED_SAT, missingSat) };
}

function same(one: SpendableCoin, other: SpendableCoin): boolean {
  return one.txid === other.txid && one.vout === other.vout;
}

function sumOf(coins: readonly SpendableCoin[]): number {
  return coins.reduce((sum, coin) => sum + coin.value, 0);
}
