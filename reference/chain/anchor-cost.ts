/** What anchors cost and what is kept for the last of them. Amounts in satoshi. */

/** Size of an anchor with one input, in virtual bytes: a BIRTH with the longest host hint has 207, the others 205. */
export const ANCHOR_VBYTES = 207;
/** Kept for SUCCESSOR and RETIRE: an entity that cannot pay for its end cannot end. */
export const RESERVE_SAT = 40_000;
/** Daily anchors at 10 sat/vB are what the protocol's cost is reckoned with; used where no fee rate is configured. */
export const DEFAULT_FEE_SAT_VB = 10;
/** A stuck anchor is raised to this rate and no further, where no other ceiling is configured: an estimate gone wrong must not spend the coin. */
export const DEFAULT_MAX_FEE_SAT_VB = 500;
/** What an entity asks for at birth: the reserve and this many anchors. */
const ANCHORS_AT_BIRTH = 100;

/** The amount that a `funding` event asks for. */
export function fundingNeeded(feeSatVb: number): number {
  return RESERVE_SAT + ANCHORS_AT_BIRTH * ANCHOR_VBYTES * feeSatVb;
}

/** How many anchors a balance pays for, beside the reserve. */
export function anchorsAffordable(balanceSat: number, feeSatVb: number): number {
  return Math.max(0, Math.floor((balanceSat - RESERVE_SAT) / (ANCHOR_VBYTES * feeSatVb)));
}
