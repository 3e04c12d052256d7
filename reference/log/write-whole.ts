/** Writing all of some octets: a disk that runs full takes a part of them and says so. */
import { ftruncateSync, writeSync } from 'node:fs';
import { MdtError } from '../core/errors.ts';

/**
 * Writes `octets` at `position`, which is the end of the file. Where not all can be written the file ends there again.
 * @throws MdtError MDT_STATE
 */
export function writeWhole(descriptor: number, octets: Uint8Array, position: number): void {
  try {
    for (let written = 0; written < octets.length;)
      written += writeSync(descriptor, octets, written, octets.length - written, position + written);
  } catch (cause) {
    shorten(descriptor, position);
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    throw new MdtError('MDT_STATE', `the disk does not take it (${code})`, { field: '/data_dir', cause });
  }
}

function shorten(descriptor: number, length: number): void {
  try {
    ftruncateSync(descriptor, length);
  } catch {
    // What is left of it is no whole entry or line, and is cut off at the next start.
  }
}
