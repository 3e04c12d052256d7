/** What lies on the disk of a log, changed behind its back. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LENGTH_OCTETS = 2;

/** Cuts off the last entries, as if the disk had never got them; tells whether there were so many. */
export function cutEntries(folder: string, count: number): boolean {
  return changeEntries(folder, (entries) => (entries.length > count ? entries.slice(0, -count) : undefined));
}

/** Changes the entries of a log that has some, and leaves the hashes to be made anew; what is kept of their number is changed alike. `undefined` leaves them as they are. */
export function changeEntries(folder: string, change: (entries: Buffer[]) => Buffer[] | undefined): boolean {
  const path = join(folder, 'entries');
  if (!existsSync(path)) return false;
  const changed = change(readEntries(readFileSync(path)));
  if (!changed) return false;
  const octets = changed.flatMap((entry) => {
    const length = Buffer.alloc(LENGTH_OCTETS);
    length.writeUInt16BE(entry.length);
    return [length, entry];
  });
  writeFileSync(path, Buffer.concat(octets));
  for (const name of readdirSync(folder)) if (/^hashes-\d+$/.test(name)) rmSync(join(folder, name));
  writeFileSync(join(folder, 'head'), headOf(changed.length));
  return true;
}

/** That so many entries were acknowledged, and that no tree of them was kept (reference/log/kept-head.ts). */
function headOf(acknowledged: number): Buffer {
  const sha256 = (octets: Buffer): Buffer => createHash('sha256').update(octets).digest();
  const sizes = Buffer.alloc(2 * 8);
  sizes.writeBigUInt64BE(BigInt(acknowledged));
  const content = Buffer.concat([sizes, sha256(Buffer.alloc(0))]);
  return Buffer.concat([content, sha256(content)]);
}

function readEntries(octets: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let at = 0; at + LENGTH_OCTETS <= octets.length;) {
    const end = at + LENGTH_OCTETS + octets.readUInt16BE(at);
    if (end > octets.length) break;
    entries.push(octets.subarray(at + LENGTH_OCTETS, end));
    at = end;
  }
  return entries;
}
