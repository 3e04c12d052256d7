/** 80-octet block headers: work and links (MDT-PRF-102, -107, -108). */
import { hash256 } from './digest.ts';
import { previousOf, displayed } from './merkle.ts';
import { Refusal } from './refusal.ts';

/** Octets of a header given in hexadecimal, with as much work as its own nBits ask for. */
export function readHeader(hex: string, field: string): Buffer {
  const header = Buffer.from(hex, 'hex');
  if (header.length !== 80 || hex.length !== 160)
    throw new Refusal('MDT_HEADER_FORMAT', field, `${String(header.length)} octets`);
  const work = BigInt(`0x${displayed(hash256(header))}`);
  if (work > targetOf(header.readUInt32LE(72))) throw new Refusal('MDT_POW', field, 'the hash is above the target');
  return header;
}

/** Target of compact bits: mantissa × 256^(exponent − 3); 0 where they are negative or beyond 256 bits, which no hash meets. */
function targetOf(bits: number): bigint {
  const mantissa = BigInt(bits & 0x007f_ffff);
  if ((bits & 0x0080_0000) !== 0) return 0n;
  const shift = 8 * ((bits >>> 24) - 3);
  const target = shift >= 0 ? mantissa << BigInt(shift) : mantissa >> BigInt(-shift);
  return target < 1n << 256n ? target : 0n;
}

/** Refuses headers that do not follow one another from `first` on. */
export function refuseUnlinked(first: Uint8Array, following: readonly Buffer[], field: string): void {
  let before: Uint8Array = first;
  for (const [index, header] of following.entries()) {
    if (previousOf(header) !== displayed(hash256(before)))
      throw new Refusal('MDT_HEADER_LINK', `${field}/${String(index)}`, 'does not link');
    before = header;
  }
}
