/**
 * Hashes of a log: one file for each level of tiles, the hashes one after the other, so that a tile is a piece of it.
 * They can be made anew from the entries, so nobody waits for the disk to have them. But they are written only once it
 * has the entries: a hash without its entry says that one is gone which was durable.
 */
import { closeSync, constants, fstatSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { perfectRoot } from '../core/log/tree-hash.ts';
import { HASH_OCTETS } from '../core/sha256.ts';
import { countAt, TILE_WIDTH } from '../core/log/tile.ts';
import { DISK, openOwn, type Disk } from './disk.ts';
import { writeWhole } from './write-whole.ts';

const { O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
const TILE_OCTETS = TILE_WIDTH * HASH_OCTETS;
const HOLE = Buffer.alloc(HASH_OCTETS);

/** A level and the hash in it that is not what those below it give. */
export interface Contradiction {
  readonly level: number;
  readonly index: number;
}

export class HashFiles {
  readonly #folder: string;
  readonly #disk: Disk;
  readonly #levels: Level[] = [];

  constructor(folder: string, disk: Disk = DISK) {
    this.#folder = folder;
    this.#disk = disk;
  }

  /** How many hashes of leaves the file has. */
  get written(): number {
    return this.#level(0).written;
  }

  /** Hashes that were added, `width` of them at most, from an index on. */
  read(level: number, from: number, width: number): Uint8Array {
    return this.#level(level).read(from, width);
  }

  /**
   * Adds hashes at level 0, and at each level above what becomes complete; `flush` writes them. A hash that a file has
   * already is compared.
   * @returns the first that differs
   */
  add(hashes: Uint8Array, level = 0): Contradiction | undefined {
    const file = this.#level(level);
    const began = file.count;
    const differs = file.add(hashes);
    if (differs !== undefined) return { level, index: differs };
    for (let tile = Math.floor(began / TILE_WIDTH); (tile + 1) * TILE_WIDTH <= file.count; tile += 1) {
      const found = this.add(perfectRoot(file.read(tile * TILE_WIDTH, TILE_WIDTH)), level + 1);
      if (found) return found;
    }
    return undefined;
  }

  /**
   * Writes what was added, once the disk has its entries.
   * @throws MdtError MDT_STATE where it does not take the hashes
   */
  flush(): void {
    for (const level of this.#levels) level.flush();
  }

  /** Cuts off what the files have beyond a tree of `size` entries. */
  cut(size: number): void {
    for (const [level, file] of this.#levels.entries()) file.cut(countAt(level, size));
  }

  /**
   * Takes back what was added beyond a tree of `size` entries, whose hashes the files have, and cuts it off.
   * @throws what the disk says where it cannot
   */
  rewind(size: number): void {
    for (const [level, file] of this.#levels.entries()) file.rewind(countAt(level, size));
  }

  close(): void {
    for (const level of this.#levels) level.close();
  }

  #level(level: number): Level {
    return (this.#levels[level] ??= new Level(join(this.#folder, `hashes-${level}`), this.#disk));
  }
}

class Level {
  /** Hashes that were added. */
  count = 0;
  /** Hashes that the file has, of this life or an earlier one. */
  written: number;
  readonly #descriptor: number;
  readonly #disk: Disk;
  /** From the begin of a tile on: all that is not written yet, and the tile that is being filled. */
  #held: Uint8Array = new Uint8Array(2 * TILE_OCTETS);
  #heldFrom = 0;

  constructor(path: string, disk: Disk) {
    this.#disk = disk;
    this.#descriptor = openOwn(path, O_RDWR | O_CREAT | O_NOFOLLOW);
    this.written = Math.floor(fstatSync(this.#descriptor).size / HASH_OCTETS);
  }

  /** Of one tile. */
  read(from: number, width: number): Uint8Array {
    const count = Math.max(0, Math.min(width, this.count - from));
    if (from >= this.#heldFrom) return this.#heldHashes(from, from + count).slice();
    const hashes = new Uint8Array(count * HASH_OCTETS);
    readSync(this.#descriptor, hashes, 0, hashes.length, from * HASH_OCTETS);
    return hashes;
  }

  /** @returns index of the first hash that the file has otherwise */
  add(hashes: Uint8Array): number | undefined {
    const known = Math.max(0, Math.min(hashes.length / HASH_OCTETS, this.written - this.count));
    const differs = this.#compare(hashes.subarray(0, known * HASH_OCTETS));
    if (differs !== undefined) return differs;
    const count = this.count + hashes.length / HASH_OCTETS;
    const needed = (count - this.#heldFrom) * HASH_OCTETS;
    if (needed > this.#held.length) {
      const larger = new Uint8Array(2 * needed);
      larger.set(this.#heldHashes(this.#heldFrom, this.count));
      this.#held = larger;
    }
    this.#held.set(hashes, (this.count - this.#heldFrom) * HASH_OCTETS);
    this.count = count;
    return undefined;
  }

  flush(): void {
    if (this.count > this.written) {
      writeWhole(this.#descriptor, this.#heldHashes(this.written, this.count), this.written * HASH_OCTETS, this.#disk);
      this.written = this.count;
    }
    const tile = this.count - (this.count % TILE_WIDTH);
    if (tile === this.#heldFrom) return;
    this.#held.copyWithin(0, (tile - this.#heldFrom) * HASH_OCTETS, (this.count - this.#heldFrom) * HASH_OCTETS);
    this.#heldFrom = tile;
  }

  cut(count: number): void {
    this.#disk.truncate(this.#descriptor, count * HASH_OCTETS);
    this.written = count;
  }

  rewind(count: number): void {
    this.cut(count);
    this.count = count;
    this.#heldFrom = count - (count % TILE_WIDTH);
    const octets = (count - this.#heldFrom) * HASH_OCTETS;
    readSync(this.#descriptor, this.#held, 0, octets, this.#heldFrom * HASH_OCTETS);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #heldHashes(from: number, to: number): Uint8Array {
    return this.#held.subarray((from - this.#heldFrom) * HASH_OCTETS, (to - this.#heldFrom) * HASH_OCTETS);
  }

  /** A hash of zeros is a hole, as power that is lost leaves it: it was never written, and is now. */
  #compare(hashes: Uint8Array): number | undefined {
    if (hashes.length === 0) return undefined;
    const kept = Buffer.allocUnsafe(hashes.length);
    readSync(this.#descriptor, kept, 0, kept.length, this.count * HASH_OCTETS);
    if (kept.equals(hashes)) return undefined;
    for (let at = 0; at < kept.length; at += HASH_OCTETS) {
      const hash = hashes.subarray(at, at + HASH_OCTETS);
      const found = kept.subarray(at, at + HASH_OCTETS);
      if (found.equals(hash)) continue;
      if (!found.equals(HOLE)) return this.count + at / HASH_OCTETS;
      writeSync(this.#descriptor, hash, 0, HASH_OCTETS, this.count * HASH_OCTETS + at);
    }
    return undefined;
  }
}
