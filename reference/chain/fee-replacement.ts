/**
 * A stuck anchor replaced by fee (BIP-125): the same inputs in the same order, the same payload and continuation
 * key, and a higher fee. It spends the same outpoints, so that of all versions of an anchor one at most is mined.
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import { PAYLOAD_VOUT } from '../core/anchor-transaction.ts';
import { MdtError } from '../core/errors.ts';
import { parseOpReturnScript } from '../core/op-return.ts';
import { parseTransaction } from '../core/transaction.ts';
import { anchorVbytes, DUST_SAT, signAnchor, type AnchorPlan, type SignedAnchor } from './anchor-builder.ts';
import type { FeeRates } from './bitcoin-node.ts';

export interface StuckAnchor {
  /** With its witness, hexadecimal. */
  readonly transaction: string;
  /** What it spends, in the order of its inputs. */
  readonly coins: AnchorPlan['coins'];
  readonly continuationKey: Uint8Array;
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
export function replaceByFee(stuck: StuckAnchor, offer: FeeOffer, secretKey: Uint8Array): SignedAnchor | undefined {
  const transaction = parseTransaction(hexToBytes(stuck.transaction), 'transaction');
  const { coins, continuationKey } = stuck;
  if (coins.length !== transaction.ins.length) return undefined; // values of inputs that were not kept: the fee is unknown
  const script = transaction.outs[PAYLOAD_VOUT]?.script;
  if (script === undefined) throw new MdtError('MDT_INTERNAL', 'an anchor without outputs', { field: 'transaction' });
  const plan = { coins, payload: parseOpReturnScript(script), continuationKey };
  const spendableSat = coins.reduce((sum, coin) => sum + coin.value, 0);
  const paidSat = spendableSat - Number(transaction.outs.reduce((sum, output) => sum + output.value, 0n));
  const feeSatVb = replacementRate({ spendableSat, paidSat, vbytes: anchorVbytes(plan) }, offer);
  return feeSatVb === undefined ? undefined : signAnchor({ ...plan, feeSatVb }, secretKey);
}

interface Paid {
  readonly spendableSat: number;
  readonly paidSat: number;
  readonly vbytes: number;
}

/**
 * The fee rate of a replacement, whole satoshi per virtual byte.
 * @returns `undefined` where what the node takes is more than the ceiling or the coins allow
 */
export function replacementRate(
  { spendableSat, paidSat, vbytes }: Paid,
  { rates, ceiling }: FeeOffer,
): number | undefined {
  const paidRate = paidSat / vbytes;
  const least = Math.ceil(Math.max(paidRate + rates.increment, rates.minimum));
  const wanted = Math.ceil(Math.max(least, paidRate * STEP, rates.estimate ?? 0));
  const most = Math.min(ceiling, Math.floor((spendableSat - DUST_SAT) / vbytes));
  return least > most ? undefined : Math.min(wanted, most);
}
