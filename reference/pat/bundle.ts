/** Bundles: what a verification read, to be verified again off line (spec 7.6). */
import { parseEnvelope } from '../core/document-octets.ts';
import { MdtError } from '../core/errors.ts';
import { bytesToHex } from '../core/hex.ts';
import { validate } from '../core/schema.ts';
import { formatTime } from '../core/time.ts';
import type { VerificationRequest } from '../core/verification/request.ts';
import type { Verification } from '../core/verification/verify-entity.ts';
import type { VerificationBundle } from '../gen/schemas.ts';

/** A million headers in hexadecimal and the largest hosted record. */
export const MAX_BUNDLE_OCTETS = 162_000_000;

/**
 * The bundle of a verification.
 * @throws MdtError MDT_SOURCE where it read nothing, MDT_NOT_UTF8 where what it read is no text
 */
export function makeBundle(
  { octets, chain, verdict, statuses }: Verification,
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
    ...(statuses && { statuses }),
  });
}

/** @throws MdtError with a code of spec 1.4 */
export function parseBundle(octets: Uint8Array): VerificationBundle {
  return validate('verification-bundle', parseEnvelope(octets, MAX_BUNDLE_OCTETS));
}

function textOf(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch (cause) {
    throw new MdtError('MDT_NOT_UTF8', 'what was received is no text', { field: '/hosted', cause });
  }
}
