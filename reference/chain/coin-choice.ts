/** Which coins pay for an anchor (MDT-LIN-002, -008). */
import type { WalletCoin } from './chain-backend.ts';

/** MDT-LIN-008: a stranger's unconfirmed deposit can be double-spent and takes the anchor down with it. */
export const FURTHER_INPUT_CONFIRMATIONS = 6;

export type FundingChoice =
  /** The coins to spend; the first is the outpoint that `lineage` names. */
  | { readonly funded: 'yes'; readonly coins: readonly [WalletCoin, ...WalletCoin[]] }
  /** Enough is there, but not deep enough. */
  | { readonly funded: 'waiting' }
  | { readonly funded: 'no' };

/**
 * Chooses the coins of a BIRTH: the largest deep enough as input 0, and others of at least 6 confirmations
 * only where that one is worth less than `minSat`.
 * @param confirmations `policy.confirmations`
 */
export function chooseFunding(coins: readonly WalletCoin[], minSat: number, confirmations: number): FundingChoice {
  const largestFirst = [...coins].sort((a, b) => b.value - a.value || a.txid.localeCompare(b.txid) || a.vout - b.vout);
  const first = largestFirst.find((coin) => coin.confirmations >= confirmations);
  const further = largestFirst.filter((coin) => coin !== first && coin.confirmations >= FURTHER_INPUT_CONFIRMATIONS);
  const chosen = first && takeUntil([first, ...further], minSat);
  if (first && chosen) return { funded: 'yes', coins: [first, ...chosen.slice(1)] };
  return sumOf(coins) >= minSat ? { funded: 'waiting' } : { funded: 'no' };
}

function takeUntil(coins: readonly WalletCoin[], minSat: number): WalletCoin[] | undefined {
  const count = coins.findIndex((_, index) => sumOf(coins.slice(0, index + 1)) >= minSat) + 1;
  return count === 0 ? undefined : coins.slice(0, count);
}

function sumOf(coins: readonly WalletCoin[]): number {
  return coins.reduce((sum, coin) => sum + coin.value, 0);
}
