/** Targets and their compact form, `nBits`: a base-256 number of three significant octets (Bitcoin's arith_uint256). */

/** The target of compact bits, or `undefined` where they are negative, zero or beyond 256 bits, as bitcoind reads them. */
export function targetOf(bits: number): bigint | undefined {
  const size = bits >>> 24;
  const word = BigInt(bits & 0x007f_ffff);
  const target = size <= 3 ? word >> BigInt(8 * (3 - size)) : word << BigInt(8 * (size - 3));
  const negative = (bits & 0x0080_0000) !== 0;
  return negative || target === 0n || target >= 1n << 256n ? undefined : target;
}

/** The compact form of a target; octets after the third are lost. */
export function compactOf(target: bigint): number {
  let size = Math.ceil(target.toString(2).length / 8);
  let word = Number(size <= 3 ? target << BigInt(8 * (3 - size)) : target >> BigInt(8 * (size - 3)));
  // The highest bit is the sign, so a word that has it set moves down by one octet.
  if ((word & 0x0080_0000) !== 0) {
    word >>>= 8;
    size += 1;
  }
  return ((size << 24) | word) >>> 0;
}

/** The hashes that a target costs on average: 2^256 ÷ (target + 1), rounded down. */
export function workOf(target: bigint): bigint {
  return (1n << 256n) / (target + 1n);
}

/** A target as 32 octets, the highest first. */
export function targetOctets(target: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((target >> BigInt(8 * (31 - index))) & 0xffn));
}
