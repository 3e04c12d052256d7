/** The headers of a bundle (spec 7.6): one source among others, whose words about its own chain are compared. */
import type { BlockRef, VerificationBundle } from '../../gen/schemas.ts';
import { hash256, HEADER_OCTETS, parseHeader } from '../block-header.ts';
import { MdtError } from '../errors.ts';
import type { HeaderChain } from '../header-chain.ts';
import { equalOctets, parseHex, printHash } from '../hex.ts';
import type { HeaderSource } from './request.ts';

/** The name of a bundle among the sources of a verdict. */
const SOURCE_NAME = 'bundle';

/**
 * The headers of a bundle as one source among others. They count from the reader's own checkpoint on; those below it are
 * looked at where a record names such a block. What the bundle says of its own chain is compared (spec 7.6).
 */
export function bundleHeaders({ headers, chain: saved }: VerificationBundle): HeaderSource {
  const read = (chain: HeaderChain): { earlier: Uint8Array[]; later: Uint8Array[] } => {
    const octets = parseHex(headers.hex, 'MDT_HEADER_FORMAT', '/headers/hex');
    if (octets.length % HEADER_OCTETS !== 0)
      throw new MdtError('MDT_HEADER_FORMAT', 'not a number of 80-octet headers', { field: '/headers/hex' });
    const list = splitHeaders(octets);
    compareCheckpoint(saved.checkpoint, headers.from, list, chain);
    const { height, hash } = chain.base;
    const before = height - headers.from;
    if (before === -1) return { earlier: [], later: list };
    const own = list[before];
    if (own === undefined) throw new MdtError('MDT_SOURCE', 'does not reach our checkpoint', { field: '/headers' });
    if (!equalOctets(hash256(own), hash)) throw wrong('other headers than from there', '/headers/from');
    return { earlier: list.slice(0, before), later: list.slice(before + 1) };
  };
  return {
    name: SOURCE_NAME,
    update: async (chain, now) => {
      if (saved.genesis !== chain.genesis) throw wrong('of another chain', '/chain/genesis');
      chain.add(read(chain).later, now);
    },
    earlier: async (chain) => chain.addEarlier(read(chain).earlier),
  };
}

/** The block that the bundle calls its saver's checkpoint is the one that its headers hold, or follow. */
function compareCheckpoint(
  { height, hash }: BlockRef,
  from: number,
  headers: readonly Uint8Array[],
  { base }: HeaderChain,
): void {
  if (from > height + 1) throw wrong('a gap after its checkpoint', '/headers/from');
  const [first] = headers;
  const own = headers[height - from];
  const named =
    from <= height
      ? own && printHash(hash256(own))
      : first
        ? printHash(parseHeader(first, '/headers/hex').previous)
        : height === base.height
          ? printHash(base.hash)
          : hash;
  if (named !== hash) throw wrong('its headers are from another block on', '/chain/checkpoint');
}

function wrong(message: string, field: string): MdtError {
  return new MdtError('MDT_WRONG_CHAIN', message, { field });
}

/** Headers one after the other, each by itself. */
export function splitHeaders(octets: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.floor(octets.length / HEADER_OCTETS) }, (_, index) =>
    octets.subarray(index * HEADER_OCTETS, (index + 1) * HEADER_OCTETS),
  );
}
