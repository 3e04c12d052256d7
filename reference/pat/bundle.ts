/** Bundles: what a verification read, to be verified again off line (spec 7.6). */
import { HEADER_OCTETS } from '../core/block-header.ts';
import { parseEnvelope } from '../core/document-octets.ts';
import { MdtError } from '../core/errors.ts';
import { bytesToHex, parseHex } from '../core/hex.ts';
import { validate } from '../core/schema.ts';
import { formatTime } from '../core/time.ts';
import type { HeaderSource, VerificationRequest } from '../core/verification/request.ts';
import type { Verification } from '../core/verification/verify-entity.ts';
import type { VerificationBundle } from '../gen/schemas.ts';

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
  return validate('verification-bundle', {
    bundle: 1,
    url,
    fetched: formatTime(now),
    hosted: textOf(octets),
    chain: { genesis: parameters.genesis, checkpoint: { height: checkpoint.height, hash: checkpoint.hash } },
    headers: { from: checkpoint.height + 1, hex: bytesToHex(chain.octets()), sources: verdict.headers.sources },
  });
}

/** @throws MdtError with a code of spec 1.4 */
export function parseBundle(octets: Uint8Array): VerificationBundle {
  return validate('verification-bundle', parseEnvelope(octets, MAX_BUNDLE_OCTETS));
}

/**
 * The headers of a bundle as one source among others. They count from the reader's own checkpoint on: those of a
 * bundle that begins lower are passed over up to it.
 */
export function bundleHeaders({ headers }: VerificationBundle): HeaderSource {
  return {
    name: SOURCE_NAME,
    update: async (chain, now) => {
      const octets = parseHex(headers.hex, 'MDT_HEADER_FORMAT', '/headers/hex');
      if (octets.length % HEADER_OCTETS !== 0)
        throw new MdtError('MDT_HEADER_FORMAT', 'not a number of 80-octet headers', { field: '/headers/hex' });
      const known = Math.max(0, chain.base.height + 1 - headers.from);
      chain.add(splitHeaders(octets).slice(known), now);
    },
  };
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
