/** What a header has to be where it stands (spec 7.1), whatever it stands in. */
import { MAX_AHEAD_SECONDS } from './time.ts';

/** Blocks whose times the median is of (BIP-113). */
export const MEDIAN_SPAN = 11;

/**
 * What is wrong with the time of a header.
 * @param before times of the 11 before it, in whatever order, or of as many as there are
 * @param now the reader's clock
 */
export function timeFault(
  time: number,
  before: readonly number[],
  now: number,
): 'MDT_HEADER_TIME' | 'MDT_HEADER_FUTURE' | undefined {
  // It is later than the median where it is later than the half of them and one: nothing has to be put in order.
  let earlier = 0;
  for (const each of before) if (each < time) earlier += 1;
  if (earlier <= before.length >> 1) return 'MDT_HEADER_TIME';
  return time > now + MAX_AHEAD_SECONDS ? 'MDT_HEADER_FUTURE' : undefined;
}

/** The middle one of some times (BIP-113); of an even number the later one. */
export function medianOf(times: readonly number[]): number | undefined {
  return times.toSorted((a, b) => a - b)[times.length >> 1];
}

/** Whether a hash, as computed, is not above a target of 32 octets, the highest first. */
export function meets(hash: Uint8Array, target: Uint8Array): boolean {
  for (let index = 0; index < target.length; index += 1) {
    const octet = hash[target.length - 1 - index] ?? 0;
    const most = target[index] ?? 0;
    if (octet !== most) return octet < most;
  }
  return true;
}
