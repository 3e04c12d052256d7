/**
 * Hashes of a log: one file for each level of tiles, the hashes one after the other, so that a tile is a piece of it.
 * They can be made anew from the entries, so nobody waits for the disk to have them.
 */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { HASH_OCTETS, perfectRoot } from '../core/log/tree-hash.ts';
import { TILE_WIDTH } from '../core/log/tile.ts';

const { O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
const TILE_OCTETS = TILE_WIDTH * HASH_OCTETS;

/** A level and the hash in it that is not what those below it give. */
export interface Contradiction {
  readonly level: number;
  readonly index: number;
}

export class HashFiles {
  readonly #folder: string;
  readonly #levels: Level[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Hashes of the leaves that the file has, `width` of them at most, from an index on. */
  read(level: number, from: number, width: number): Uint8Array {
    return this.#level(level).read(from, width);
  }

  /**
   * Adds hashes at level 0, and at each level above what becomes complete. A hash that a file has already is compared.
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

  /** Cuts off what the files have beyond what was added: hashes of entries that were never acknowledged. */
  cut(): void {
    for (const level of this.#levels) level.cut();
  }

  close(): void {
    for (const level of this.#levels) level.close();
  }

  #level(level: number): Level {
    return (this.#levels[level] ??= new Level(join(this.#folder, `hashes-${level}`)));
  }
}

class Level {
  /** Hashes that were added. */
  count = 0;
  readonly #descriptor: number;
  /** Hashes that the file has from an earlier life. */
  #earlier: number;
  /** The tile that is being filled. */
  readonly #open: Uint8Array = new Uint8Array(TILE_OCTETS);

  constructor(path: string) {
    this.#descriptor = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600);
    this.#earlier = Math.floor(fstatSync(this.#descriptor).size / HASH_OCTETS);
  }

  read(from: number, width: number): Uint8Array {
    const count = Math.max(0, Math.min(width, this.count - from));
    const hashes = new Uint8Array(count * HASH_OCTETS);
    const opened = this.count - (this.count % TILE_WIDTH);
    if (from >= opened)
      hashes.set(this.#open.subarray((from - opened) * HASH_OCTETS, (from - opened + count) * HASH_OCTETS));
    else readSync(this.#descriptor, hashes, 0, hashes.length, from * HASH_OCTETS);
    return hashes;
  }

  /** @returns index of the first hash that the file has otherwise */
  add(hashes: Uint8Array): number | undefined {
    const width = hashes.length / HASH_OCTETS;
    const differs = this.#compare(hashes, Math.min(width, this.#earlier - this.count));
    if (differs !== undefined) return differs;
    const old = Math.max(0, Math.min(width, this.#earlier - this.count)) * HASH_OCTETS;
    if (old < hashes.length)
      writeSync(this.#descriptor, hashes, old, hashes.length - old, this.count * HASH_OCTETS + old);
    for (let at = 0; at < hashes.length;) {
      const place = (this.count * HASH_OCTETS) % TILE_OCTETS;
      const part = hashes.subarray(at, at + TILE_OCTETS - place);
      this.#open.set(part, place);
      this.count += part.length / HASH_OCTETS;
      at += part.length;
    }
    return undefined;
  }

  #compare(hashes: Uint8Array, width: number): number | undefined {
    if (width <= 0) return undefined;
    const kept = new Uint8Array(width * HASH_OCTETS);
    readSync(this.#descriptor, kept, 0, kept.length, this.count * HASH_OCTETS);
    const at = kept.findIndex((octet, index) => octet !== hashes[index]);
    return at < 0 ? undefined : this.count + Math.floor(at / HASH_OCTETS);
  }

  cut(): void {
    ftruncateSync(this.#descriptor, this.count * HASH_OCTETS);
    this.#earlier = 0;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
