/** Bundles: what a verification read, to be verified again off line (spec 7.6). */
import { hash256, HEADER_OCTETS, parseHeader } from '../core/block-header.ts';
import { parseEnvelope } from '../core/document-octets.ts';
import { MdtError } from '../core/errors.ts';
import type { HeaderChain } from '../core/header-chain.ts';
import { bytesToHex, equalOctets, parseHex, printHash } from '../core/hex.ts';
import { validate } from '../core/schema.ts';
import { formatTime } from '../core/time.ts';
import type { HeaderSource, VerificationRequest } from '../core/verification/request.ts';
import type { Verification } from '../core/verification/verify-entity.ts';
import type { BlockRef, VerificationBundle } from '../gen/schemas.ts';

/** A million headers in hexadecimal and the largest hosted record. */
export const MAX_BUNDLE_OCTETS = 162_000_000;

/** The name of a bundle among the sources of a verdict. */
const SOURCE_NAME = 'bundle';

/**
 * The bundle of a verification.
 * @throws MdtError MDT_SOURCE where it read nothing, MDT_NOT_UTF8 where what it read is no text
 */
export function makeBundle(
  { octets, chain, verdict }: Verification,
  { url, now, parameters, checkpoint }: VerificationRequest,
): VerificationBundle {
  if (octets === undefined) throw new MdtError('MDT_SOURCE', 'nothing was received', { field: url });
  const { from, octets: headers } = chain.allOctets();
  return validate('verification-bundle', {
    bundle: 1,
    url,
    fetched: formatTime(now),
    hosted: textOf(octets),
    chain: { genesis: parameters.genesis, checkpoint: { height: checkpoint.height, hash: checkpoint.hash } },
    headers: {
      from,
      hex: bytesToHex(headers),
      sources: verdict.headers.sources.filter(({ tip }) => tip !== undefined).map(({ name }) => name),
    },
  });
}

/** @throws MdtError with a code of spec 1.4 */
export function parseBundle(octets: Uint8Array): VerificationBundle {
  return validate('verification-bundle', parseEnvelope(octets, MAX_BUNDLE_OCTETS));
}

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

function textOf(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch (cause) {
    throw new MdtError('MDT_NOT_UTF8', 'what was received is no text', { field: '/hosted', cause });
  }
}
