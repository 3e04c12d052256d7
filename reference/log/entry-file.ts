/**
 * Entries of a log: one file to which they are appended, each after its length in two octets, which is how a C2SP entry
 * bundle holds them. Of 10^7 entries 40,000 offsets are kept in memory, those of the bundles.
 */
import { closeSync, constants, fstatSync, readSync } from 'node:fs';
import { TILE_WIDTH } from '../core/log/tile.ts';
import { leafHashInto } from '../core/log/tree-hash.ts';
import { HASH_OCTETS } from '../core/sha256.ts';
import { DISK, openOwn, type Disk } from './disk.ts';
import { writeWhole } from './write-whole.ts';

const { O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
export const LENGTH_OCTETS = 2;
/** What an entry can have at most (MDT-LOG-001). */
export const MAX_ENTRY_OCTETS = 65_535;
const CHUNK_OCTETS = 1 << 20;

/** The leaf hashes of entries that have their lengths before them, one after the other. */
export function leafHashes(octets: Buffer, count: number): Uint8Array {
  const hashes = new Uint8Array(count * HASH_OCTETS);
  const into = Buffer.from(hashes.buffer);
  let at = 0;
  for (let entry = 0; entry < count; entry += 1) {
    const length = octets.readUInt16BE(at);
    leafHashInto(octets, at + LENGTH_OCTETS, at + LENGTH_OCTETS + length, into, entry * HASH_OCTETS);
    at += LENGTH_OCTETS + length;
  }
  return hashes;
}

export class EntryFile {
  readonly #descriptor: number;
  readonly #disk: Disk;
  /** Where each bundle begins. */
  readonly #bundles: number[] = [];
  #count = 0;
  #end = 0;
  /** Behind it the file had nothing but zeros when it was opened: room that was never written. */
  readonly #written: number;

  constructor(path: string, disk: Disk = DISK) {
    this.#disk = disk;
    this.#descriptor = openOwn(path, O_RDWR | O_CREAT | O_NOFOLLOW);
    this.#written = endOfOctets(this.#descriptor);
  }

  /**
   * Entries that the file holds whole, piece by piece, each with its length before it; they are counted.
   * What follows the last whole one is left: `cut` takes it away.
   */
  *scan(): Generator<{ readonly octets: Buffer; readonly count: number }> {
    const size = this.#written;
    const chunk = Buffer.allocUnsafe(CHUNK_OCTETS);
    while (this.#end < size) {
      const length = readSync(this.#descriptor, chunk, 0, Math.min(chunk.length, size - this.#end), this.#end);
      const { count, end } = this.#note(chunk.subarray(0, length));
      if (count === 0) return;
      this.#count += count;
      this.#end += end;
      yield { octets: chunk.subarray(0, end), count };
    }
  }

  /** Whether a scan ended at an entry of no octets with others behind it. Nobody writes such: a piece is gone. */
  hasHole(): boolean {
    const length = Buffer.alloc(LENGTH_OCTETS);
    if (this.#written - this.#end <= length.length) return false;
    readSync(this.#descriptor, length, 0, length.length, this.#end);
    return length.readUInt16BE() === 0;
  }

  /** Cuts off what is no whole entry, or is not settled: an append that was never acknowledged. */
  cut(): void {
    this.#disk.truncate(this.#descriptor, this.#end);
  }

  /** Writes entries, each with its length before it; `settle` says that they count. */
  write(octets: Uint8Array): void {
    writeWhole(this.#descriptor, octets, this.#end, this.#disk);
  }

  /** Resolves when the disk has what was written. */
  async sync(): Promise<void> {
    return this.#disk.sync(this.#descriptor);
  }

  settle(octets: Uint8Array): void {
    const { count, end } = this.#note(octets);
    this.#count += count;
    this.#end += end;
  }

  /** The octets of entries of one bundle, each with its length before it. */
  bundle(index: number, width: number): Buffer {
    const octets = this.#bundleOctets(index);
    let end = 0;
    for (let left = width; left > 0; left -= 1) end += LENGTH_OCTETS + octets.readUInt16BE(end);
    return octets.subarray(0, end);
  }

  /** Entries from an index on, at most up to the end of its bundle and `to`. */
  read(from: number, to: number): Buffer[] {
    const index = Math.floor(from / TILE_WIDTH);
    const octets = this.#bundleOctets(index);
    const entries: Buffer[] = [];
    let at = 0;
    for (let entry = index * TILE_WIDTH; entry < Math.min(to, this.#count) && at < octets.length; entry += 1) {
      const length = octets.readUInt16BE(at);
      if (entry >= from) entries.push(octets.subarray(at + LENGTH_OCTETS, at + LENGTH_OCTETS + length));
      at += LENGTH_OCTETS + length;
    }
    return entries;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #bundleOctets(index: number): Buffer {
    const start = this.#bundles[index] ?? this.#end;
    const octets = Buffer.allocUnsafe((this.#bundles[index + 1] ?? this.#end) - start);
    readSync(this.#descriptor, octets, 0, octets.length, start);
    return octets;
  }

  /** Where bundles begin among whole entries, and how many of those there are. */
  #note(octets: Buffer | Uint8Array): { count: number; end: number } {
    let [count, end] = [0, 0];
    while (end + LENGTH_OCTETS <= octets.length) {
      const length = ((octets[end] ?? 0) << 8) | (octets[end + 1] ?? 0);
      if (length === 0 || end + LENGTH_OCTETS + length > octets.length) break;
      if ((this.#count + count) % TILE_WIDTH === 0) this.#bundles.push(this.#end + end);
      count += 1;
      end += LENGTH_OCTETS + length;
    }
    return { count, end };
  }
}

function endOfOctets(descriptor: number): number {
  const chunk = Buffer.allocUnsafe(CHUNK_OCTETS);
  for (let { size: end } = fstatSync(descriptor); end > 0; end -= Math.min(end, chunk.length)) {
    const length = Math.min(end, chunk.length);
    readSync(descriptor, chunk, 0, length, end - length);
    const last = chunk.subarray(0, length).findLastIndex((octet) => octet !== 0);
    if (last >= 0) return end - length + last + 1;
  }
  return 0;
}
