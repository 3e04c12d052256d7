/** Writing all of some octets: a disk that runs full takes a part of them and says so. */
import { MdtError } from '../core/errors.ts';
import { codeOf, DISK, type Disk } from './disk.ts';

/**
 * Writes `octets` at `position`, which is the end of the file. Where not all can be written the file ends there again.
 * @throws MdtError MDT_STATE
 */
export function writeWhole(descriptor: number, octets: Uint8Array, position: number, disk: Disk = DISK): void {
  try {
    for (let written = 0; written < octets.length;)
      written += disk.write(descriptor, octets, written, octets.length - written, position + written);
  } catch (cause) {
    shorten(descriptor, position, disk);
    throw new MdtError('MDT_STATE', `the disk does not take it (${codeOf(cause)})`, { field: '/data_dir', cause });
  }
}

function shorten(descriptor: number, length: number, disk: Disk): void {
  try {
    disk.truncate(descriptor, length);
  } catch {
    // What is left of it is no whole entry or line, and is cut off at the next start.
  }
}
