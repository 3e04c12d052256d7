/** How much a launch configuration allows an anchor to pay: `chain.fee_sat_vb`, and `options.max_fee_sat_vb` for one that is stuck. */
import { DEFAULT_FEE_SAT_VB, DEFAULT_MAX_FEE_SAT_VB } from '../chain/anchor-cost.ts';
import { MdtError } from '../core/errors.ts';
import type { Launch } from '../runtime/launch.ts';

/** bitcoind's `sendrawtransaction` refuses more (0.1 bitcoin per 1,000 vB), and so does the schema for `chain.fee_sat_vb`. */
const HIGHEST_SAT_VB = 10_000;

/** What an anchor pays at first, in satoshi per virtual byte. */
export function feeRate({ configuration }: Launch): number {
  return configuration.chain.fee_sat_vb ?? DEFAULT_FEE_SAT_VB;
}

/**
 * The highest rate that a stuck anchor is raised to, in satoshi per virtual byte.
 * @throws MdtError MDT_LAUNCH where `options.max_fee_sat_vb` is no rate, or lower than what anchors pay at first
 */
export function maxFeeRate(launch: Launch): number {
  const first = feeRate(launch);
  const given = launch.configuration.options?.['max_fee_sat_vb'];
  if (given === undefined) return Math.max(DEFAULT_MAX_FEE_SAT_VB, first);
  if (typeof given === 'number' && Number.isSafeInteger(given) && given >= first && given <= HIGHEST_SAT_VB)
    return given;
  throw new MdtError('MDT_LAUNCH', `not a whole number from ${first} to ${HIGHEST_SAT_VB}`, {
    field: '/options/max_fee_sat_vb',
  });
}
