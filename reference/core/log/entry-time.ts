/** The time of an entry of a log (spec 8.1), read as any document is. */
import { parseEnvelope } from '../document-octets.ts';
import { MdtError } from '../errors.ts';
import { canonicalOctets } from '../canonical.ts';
import { equalOctets } from '../hex.ts';
import { validate } from '../schema.ts';

/** What C2SP tlog-tiles can say of the length of an entry. */
const MAX_ENTRY_OCTETS = 65_535;

/**
 * Seconds since 1970.
 * @throws MdtError with a code of spec 1.4 where the octets are no entry in canonical form (MDT-LOG-001)
 */
export function entryTime(octets: Uint8Array): number {
  const entry = validate('log-entry', parseEnvelope(octets, MAX_ENTRY_OCTETS));
  if (!equalOctets(canonicalOctets(entry), octets)) throw new MdtError('MDT_SCHEMA', 'not in canonical form');
  return Date.parse(entry.time) / 1000;
}
