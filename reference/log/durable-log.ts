/**
 * The entries of a log on disk, with their tree. An append is acknowledged when the disk has it (`fdatasync`), and all
 * that wait at the same time share one (group commit). While the disk works the entries are hashed.
 *
 * Files: `entries`, which alone is the log, and `hashes-<level>`, which are made anew where they lag behind. At the start
 * everything is read: a last entry that is not whole, and has no hash, was never acknowledged and is cut off; anything
 * else that does not fit is damage, and is said with the entry at fault.
 */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { MdtError } from '../core/errors.ts';
import { bytesToHex, equalOctets } from '../core/hex.ts';
import { ProofBuilder } from '../core/log/proof-building.ts';
import { hasTile, TILE_WIDTH, type Tile } from '../core/log/tile.ts';
import { EntryFile, leafHashes, MAX_ENTRY_OCTETS } from './entry-file.ts';
import { HashFiles } from './hash-files.ts';
import { PendingEntries, type Appended } from './pending-entries.ts';

/** A size and root that somebody was shown. */
export interface ShownHead {
  readonly size: number;
  /** 32 octets. */
  readonly root: Uint8Array;
}

export class DurableLog {
  readonly #entries: EntryFile;
  readonly #hashes: HashFiles;
  readonly #proofs: ProofBuilder;
  /** Two that take turns: one is filled while the other is written. */
  #filling: PendingEntries = new PendingEntries();
  #writing: PendingEntries = new PendingEntries();
  #size = 0;
  #flushing: Promise<void> | undefined;
  #failure: MdtError | undefined;

  private constructor(folder: string) {
    this.#entries = new EntryFile(join(folder, 'entries'));
    this.#hashes = new HashFiles(folder);
    this.#proofs = new ProofBuilder((level, index, width) => this.#hashes.read(level, index * TILE_WIDTH, width));
  }

  /**
   * Opens the log in a folder, reading all of it: 10^7 entries take a quarter of a minute.
   * @param head the newest that was signed: the log never shrinks below it
   * @throws MdtError MDT_STATE, whose `field` names the entry at fault
   */
  static async open(folder: string, head?: ShownHead): Promise<DurableLog> {
    const log = new DurableLog(folder);
    try {
      await log.#scan(head);
      return log;
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  /** Entries that are durable. */
  get size(): number {
    return this.#size;
  }

  /**
   * Appends an entry; resolves when it is durable. Entries get their places in the order of the calls.
   * @throws MdtError MDT_SCHEMA where it has no octets or more than 65,535, or ends in one of zero, by which an entry could
   * not be told from room that was never written; MDT_STATE where the disk fails
   */
  // oxlint-disable-next-line typescript/promise-function-async -- each promise more costs a tenth of the rate
  append(entry: Uint8Array): Promise<Appended> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (entry.length > MAX_ENTRY_OCTETS || (entry.at(-1) ?? 0) === 0) {
      const error = new MdtError('MDT_SCHEMA', `no entry: ${entry.length} octets`, { field: '/entry' });
      return Promise.reject(error);
    }
    const appended = this.#filling.add(entry);
    this.#flushing ??= this.#flush();
    return appended;
  }

  /** The root of the tree of the first `size` entries. */
  root(size: number): Uint8Array {
    return this.#proofs.root(this.#within(size));
  }

  /** @returns hashes from the leaf upwards */
  inclusionProof(index: number, size: number): Uint8Array[] {
    return this.#proofs.inclusion(index, this.#within(size));
  }

  consistencyProof(first: number, second: number): Uint8Array[] {
    return this.#proofs.consistency(first, this.#within(second));
  }

  leafHash(index: number): Uint8Array {
    this.#within(index + 1);
    return this.#hashes.read(0, index, 1);
  }

  /** Durable entries from an index on, at least one where there is one; as many as are at hand. */
  readEntries(from: number, to: number): Buffer[] {
    return from < Math.min(to, this.#size) ? this.#entries.read(from, Math.min(to, this.#size)) : [];
  }

  /** @returns `undefined` where the tree has no such tile */
  tileOctets(tile: Tile): Uint8Array | undefined {
    if (!hasTile(tile, this.#size)) return undefined;
    if (tile.level === 'entries') return this.#entries.bundle(tile.index, tile.width);
    return this.#hashes.read(tile.level, tile.index * TILE_WIDTH, tile.width);
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.#flushing;
    this.#failure ??= new MdtError('MDT_STATE', 'the log is closed', { field: '/data_dir/log' });
    this.#entries.close();
    this.#hashes.close();
  }

  #within(size: number): number {
    if (size <= this.#size) return size;
    throw new MdtError('MDT_LOG_RANGE', 'beyond the tree', { field: 'size' });
  }

  async #flush(): Promise<void> {
    await Promise.resolve(); // who appends in the same turn comes along
    while (this.#filling.count > 0) {
      const batch = this.#filling;
      [this.#filling, this.#writing] = [this.#writing, batch];
      try {
        await this.#commit(batch);
      } catch (cause) {
        this.#fail(cause, batch);
      }
      batch.clear();
    }
    this.#flushing = undefined;
  }

  async #commit(batch: PendingEntries): Promise<void> {
    const { octets } = batch;
    this.#entries.write(octets);
    const synced = this.#entries.sync();
    synced.catch(() => undefined); // it is awaited below, after what may throw
    const hashes = batch.hashes(); // while the disk works
    if (this.#hashes.add(hashes)) throw new RangeError('the hash files have hashes that nobody added');
    await synced;
    this.#hashes.flush();
    this.#entries.settle(octets);
    const first = this.#size;
    this.#size += batch.count;
    batch.resolve(first, hashes);
  }

  /** What is not known to be on disk is not acknowledged, and nothing is written after it. */
  #fail(cause: unknown, batch: PendingEntries): void {
    this.#failure = new MdtError('MDT_STATE', 'the log cannot be written', { field: '/data_dir/log', cause });
    batch.reject(this.#failure);
    this.#filling.reject(this.#failure);
    this.#filling.clear();
    try {
      this.#hashes.cut(this.#size);
      this.#entries.cut();
    } catch {
      // An entry that nobody was told of may stay, as long as no hash outlives it.
    }
  }

  async #scan(head?: ShownHead): Promise<void> {
    await this.#entries.sync(); // what a process that was killed has written counts from now on
    for (const { octets, count } of this.#entries.scan()) {
      const differs = this.#hashes.add(leafHashes(octets, count));
      if (differs) throw corrupt(this.#entryOf(differs), 'is not what its hash says');
      this.#hashes.flush();
      this.#size += count;
      await setImmediate(); // a service that listens already answers meanwhile
    }
    if (this.#hashes.written > this.#size) throw corrupt(this.#size, 'is missing: its hash is there');
    if (this.#entries.hasHole()) throw corrupt(this.#size, 'is missing: others behind it are there');
    if (head) this.#expectHead(head);
    this.#entries.cut();
    this.#hashes.cut(this.#size);
  }

  #entryOf({ level, index }: { level: number; index: number }): number {
    return index * TILE_WIDTH ** level;
  }

  #expectHead({ size, root }: ShownHead): void {
    if (this.#size < size) throw corrupt(this.#size, `is missing: ${size} were signed`);
    if (!equalOctets(this.#proofs.root(size), root))
      throw corrupt(size - 1, `is not the last of the tree that was signed, ${bytesToHex(root)}`);
  }
}

function corrupt(index: number, message: string): MdtError {
  return new MdtError('MDT_STATE', `the entry ${index} of the log ${message}`, {
    field: `/data_dir/log/entries/${index}`,
  });
}
