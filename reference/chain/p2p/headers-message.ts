/** `getheaders` and `headers`: hashes that one side knows, and up to 2,000 headers after the newest that both know. */
import { HEADER_OCTETS } from '../../core/block-header.ts';
import { HASH_OCTETS } from '../../core/sha256.ts';
import { MdtError } from '../../core/errors.ts';
import type { HeaderChain } from '../../core/header-chain.ts';

/** What a node gives at most; one that gives fewer has no more. */
export const MOST_HEADERS = 2_000;
/** Of the newest headers each is named, further back the steps double. */
const LINEAR_STEPS = 10;
/** A header, and a count of transactions, which is 0. */
const ENTRY_OCTETS = HEADER_OCTETS + 1;
const TWO_OCTETS = 0xfd;

/**
 * Hashes of the active chain as computed, down to the checkpoint. They begin one below the tip: a node with the same tip
 * then gives it, and has said what it has.
 */
export function locatorOf(chain: HeaderChain): Uint8Array[] {
  const hashes: Uint8Array[] = [];
  let step = 1;
  for (let height = chain.tip.height - 1; height > chain.base.height; height -= step) {
    const header = chain.at(height);
    if (header) hashes.push(header.hash);
    if (hashes.length >= LINEAR_STEPS) step *= 2;
  }
  return [...hashes, chain.base.hash];
}

/** @param locator at most 101 hashes, the newest first */
export function encodeGetHeaders(version: number, locator: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32LE(version, 0);
  head.writeUInt8(locator.length, 4);
  return Buffer.concat([head, ...locator, Buffer.alloc(HASH_OCTETS)]);
}

/**
 * The headers of a `headers` message.
 * @throws MdtError MDT_HEADER_FORMAT
 */
export function decodeHeaders(payload: Buffer): Uint8Array[] {
  const short = payload[0] ?? 0;
  const isLong = short === TWO_OCTETS && payload.length > 2;
  const count = isLong ? payload.readUInt16LE(1) : short;
  const start = isLong ? 3 : 1;
  if (count > MOST_HEADERS || payload.length !== start + count * ENTRY_OCTETS)
    throw new MdtError('MDT_HEADER_FORMAT', `no ${count} headers in ${payload.length} octets`);
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * ENTRY_OCTETS;
    if (payload[at + HEADER_OCTETS] !== 0)
      throw new MdtError('MDT_HEADER_FORMAT', 'a header with transactions', { field: `/${index}` });
    return payload.subarray(at, at + HEADER_OCTETS);
  });
}
