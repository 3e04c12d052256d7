/**
 * An anchor that waits, replaced by fee (BIP-125): by a version of itself, or by an urgent anchor in its place. Either
 * spends what it spends, so that of all of them one at most is mined, and pays a higher fee.
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import { PAYLOAD_VOUT } from '../core/anchor-transaction.ts';
import { MdtError } from '../core/errors.ts';
import { parseOpReturnScript } from '../core/op-return.ts';
import { parseTransaction, type Transaction } from '../core/transaction.ts';
import { anchorVbytes, DUST_SAT, signAnchor, type AnchorPlan, type SignedAnchor } from './anchor-builder.ts';
import type { FeeRates } from './chain-backend.ts';

/** The anchor that waits. */
export interface WaitingAnchor {
  /** With its witness, hexadecimal. */
  readonly transaction: string;
  /** What it spends, in the order of its inputs. */
  readonly coins: AnchorPlan['coins'];
}

/** What stands in its place; it spends the same coins first. */
export interface Replacement extends Omit<AnchorPlan, 'feeSatVb'> {
  /** What the continuation is left at least, in satoshi. */
  readonly leastSat?: number;
}

/** What the operator allows, in satoshi per virtual byte. */
export interface FeeOffer {
  readonly rates: FeeRates;
  readonly ceiling: number;
}

/** Half as much again each time: from 2 sat/vB to 500 in 14 steps where the node has no estimate. */
const STEP = 1.5;

/**
 * Signs the replacement.
 * @returns `undefined` where no higher fee is left that the ceiling allows, the coins pay, and the node would take
 */
export function replaceByFee(
  waiting: WaitingAnchor,
  { leastSat = DUST_SAT, ...plan }: Replacement,
  offer: FeeOffer,
  secretKey: Uint8Array,
): SignedAnchor | undefined {
  const transaction = parseTransaction(hexToBytes(waiting.transaction), 'transaction');
  if (waiting.coins.length !== transaction.ins.length) return undefined; // values of inputs that were not kept: the fee is unknown
  const paidOut = Number(transaction.outs.reduce((sum, output) => sum + output.value, 0n));
  const paid = {
    spendableSat: sumOf(plan.coins) - leastSat,
    paidSat: sumOf(waiting.coins) - paidOut,
    paidVbytes: anchorVbytes({ ...waiting, payload: payloadOf(transaction), continuationKey: plan.continuationKey }),
    vbytes: anchorVbytes(plan),
  };
  const feeSatVb = replacementRate(paid, offer);
  return feeSatVb === undefined ? undefined : signAnchor({ ...plan, feeSatVb }, secretKey);
}

interface Paid {
  /** What may go into the fee. */
  readonly spendableSat: number;
  /** Fee of what is replaced, and its size before it was signed. */
  readonly paidSat: number;
  readonly paidVbytes: number;
  /** Size of the replacement. */
  readonly vbytes: number;
}

/**
 * The fee rate of a replacement, whole satoshi per virtual byte.
 * @returns `undefined` where what the node takes is more than the ceiling or the coins allow
 */
export function replacementRate(
  { spendableSat, paidSat, paidVbytes, vbytes }: Paid,
  { rates, ceiling }: FeeOffer,
): number | undefined {
  const paidRate = paidSat / paidVbytes;
  // The whole fee is more by the increment for each byte (rule 4), and the rate is higher: nodes ask for both.
  const least = Math.ceil(Math.max(paidSat / vbytes + rates.increment, paidRate + rates.increment, rates.minimum));
  const wanted = Math.ceil(Math.max(least, paidRate * STEP, rates.estimate ?? 0));
  const most = Math.min(ceiling, Math.floor(spendableSat / vbytes));
  return least > most ? undefined : Math.min(wanted, most);
}

function payloadOf(transaction: Transaction): Uint8Array {
  const script = transaction.outs[PAYLOAD_VOUT]?.script;
  if (script === undefined) throw new MdtError('MDT_INTERNAL', 'an anchor without outputs', { field: 'transaction' });
  return parseOpReturnScript(script);
}

function sumOf(coins: AnchorPlan['coins']): number {
  return coins.reduce((sum, coin) => sum + coin.value, 0);
}
