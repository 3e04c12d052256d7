/** Entry bundles (C2SP tlog-tiles): entries one after the other, each behind its length in two octets, big-endian. */
import { MdtError } from '../errors.ts';

const LENGTH_OCTETS = 2;

/**
 * The entries of a bundle.
 * @param width how many it has to hold
 * @throws MdtError MDT_LOG_ROOT where it holds fewer or more: such a bundle has no leaf hashes
 */
export function splitBundle(octets: Uint8Array, width: number): Uint8Array[] {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at + LENGTH_OCTETS <= octets.length) {
    const end = at + LENGTH_OCTETS + view.getUint16(at);
    if (end > octets.length) break;
    entries.push(octets.subarray(at + LENGTH_OCTETS, end));
    at = end;
  }
  if (at !== octets.length) throw new MdtError('MDT_LOG_ROOT', 'a bundle that ends within an entry');
  if (entries.length !== width) throw new MdtError('MDT_LOG_ROOT', `${entries.length} entries, ${width} expected`);
  return entries;
}
