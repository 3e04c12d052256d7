/**
 * The entries of a log on disk, with their tree. An append is acknowledged when the disk has it (`fdatasync`), and all
 * that wait at the same time share one (group commit). While the disk works the entries are hashed.
 *
 * Files: `entries`, which alone is the log, and `hashes-<level>`, which are made anew where they lag behind. At the start
 * everything is read: a last entry that is not whole, and has no hash, was never acknowledged and is cut off; anything
 * else that does not fit is damage, and is said with the entry at fault. `head` says how many were acknowledged, so that
 * none of these is taken for one that was not.
 */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { MdtError } from '../core/errors.ts';
import { bytesToHex, equalOctets } from '../core/hex.ts';
import { ProofBuilder } from '../core/log/proof-building.ts';
import { hasTile, TILE_WIDTH, type Tile } from '../core/log/tile.ts';
import { HASH_OCTETS } from '../core/sha256.ts';
import { isNoRoom, SyncFailure, type Disk } from './disk.ts';
import { EntryFile, leafHashes, MAX_ENTRY_OCTETS } from './entry-file.ts';
import { HashFiles } from './hash-files.ts';
import { HeadFile, type KeptHead } from './kept-head.ts';
import { PendingEntries, type Appended } from './pending-entries.ts';

/** How often a tree is kept at most, in milliseconds, beside those that are shown. */
const KEPT_EACH_MS = 1_000;

/** A size and root that somebody was shown. */
export interface ShownHead {
  readonly size: number;
  /** 32 octets. */
  readonly root: Uint8Array;
}

export interface LogOpening {
  /** The newest that was signed: the log never shrinks below it. */
  readonly head?: ShownHead;
  readonly disk?: Disk;
}

export class DurableLog {
  readonly #entries: EntryFile;
  readonly #hashes: HashFiles;
  readonly #head: HeadFile;
  readonly #proofs: ProofBuilder;
  /** Two that take turns: one is filled while the other is written. */
  #filling: PendingEntries = new PendingEntries();
  #writing: PendingEntries = new PendingEntries();
  #size = 0;
  /** All of it was read, and fits. */
  #isOpen = false;
  #flushing: Promise<void> | undefined;
  #failure: MdtError | undefined;
  #stalled: MdtError | undefined;
  /** The newest tree that was kept, and when. */
  #kept: ShownHead = { size: 0, root: new Uint8Array(HASH_OCTETS) };
  #keptAt = -Infinity;

  private constructor(folder: string, disk?: Disk) {
    this.#entries = new EntryFile(join(folder, 'entries'), disk);
    this.#hashes = new HashFiles(folder, disk);
    this.#head = new HeadFile(join(folder, 'head'));
    this.#proofs = new ProofBuilder((level, index, width) => this.#hashes.read(level, index * TILE_WIDTH, width));
  }

  /**
   * Opens the log in a folder, reading all of it: 10^7 entries take half a minute of a core.
   * @throws MdtError MDT_STATE, whose `field` names the entry at fault
   */
  static async open(folder: string, { head, disk }: LogOpening = {}): Promise<DurableLog> {
    const log = new DurableLog(folder, disk);
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

  /** Entries that have a place: those that are durable, and those that are under way. */
  get assigned(): number {
    return this.#size + this.#writing.count + this.#filling.count;
  }

  /** Why the last entries were refused, as long as none was taken since: the disk is full. */
  get stalled(): MdtError | undefined {
    return this.#stalled;
  }

  /**
   * Appends an entry; resolves when it is durable. Entries get their places in the order of the calls.
   * @throws MdtError MDT_SCHEMA where it has no octets or more than 65,535, or ends in one of zero, by which an entry could
   * not be told from room that was never written; MDT_STATE where the disk has no room now; SyncFailure, from then on always
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

  /** There is room again for what lies beside the entries. */
  roomAgain(): void {
    this.#stalled = undefined;
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

  /** Keeps a tree that is shown, so that the next life is held to it. */
  keep({ size, root }: ShownHead): void {
    if (size > this.#size) return;
    this.#kept = { size, root };
    this.#keptAt = performance.now();
    this.#head.keep({ acknowledged: this.#size, size, root });
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.#flushing;
    if (this.#isOpen && !this.#failure) this.keep({ size: this.#size, root: this.root(this.#size) });
    this.#failure ??= new MdtError('MDT_STATE', 'the log is closed', { field: '/data_dir/log' });
    this.#entries.close();
    this.#hashes.close();
    this.#head.close();
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
    await synced.catch((cause: unknown) => {
      throw new SyncFailure(cause);
    });
    this.#hashes.flush();
    this.#entries.settle(octets);
    const first = this.#size;
    this.#size += batch.count;
    this.#stalled = undefined;
    this.#acknowledge();
    batch.resolve(first, hashes);
    batch.clear();
  }

  /** How many there are is kept at once, their tree now and then: its root takes a dozen hashes. */
  #acknowledge(): void {
    if (performance.now() - this.#keptAt < KEPT_EACH_MS) this.#head.keep({ acknowledged: this.#size, ...this.#kept });
    else this.keep({ size: this.#size, root: this.root(this.#size) });
  }

  /**
   * What is not known to be on disk is not acknowledged. Where there was no room for it, and it is cut off again, others may
   * come when there is; after anything else nothing is written any more. Nothing waits when it returns, so that places are
   * given anew from the last entry that is durable.
   */
  #fail(cause: unknown, batch: PendingEntries): void {
    const isCut = this.#cutBack();
    const field = '/data_dir/log';
    if (isCut && isNoRoom(cause))
      this.#stalled = new MdtError('MDT_STATE', 'the disk has no room for the log', { field, cause });
    else this.#failure = cause instanceof SyncFailure ? cause : new SyncFailure(cause);
    const error = this.#failure ?? this.#stalled;
    const others = this.#filling;
    for (const refused of [batch, others]) {
      refused.reject(error);
      refused.clear();
    }
  }

  /** Back to the last entry that is durable. One that nobody was told of may stay, as long as no hash outlives it. */
  #cutBack(): boolean {
    try {
      this.#hashes.rewind(this.#size);
      this.#entries.cut();
      return true;
    } catch {
      return false;
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
    const kept = this.#head.newest;
    if (kept) this.#expectKept(kept);
    else this.#beginHead();
    this.#isOpen = true;
    this.#entries.cut();
    this.#hashes.cut(this.#size);
  }

  #entryOf({ level, index }: { level: number; index: number }): number {
    return index * TILE_WIDTH ** level;
  }

  #expectKept({ acknowledged, size, root }: KeptHead): void {
    if (this.#size < acknowledged) throw corrupt(this.#size, `is missing: ${acknowledged} were acknowledged`);
    this.#expectHead({ size, root });
    this.#kept = { size, root };
  }

  /** Entries that were acknowledged and are cut off are told by the head alone, so a log that has any is not taken without it. */
  #beginHead(): void {
    if (this.#size > 0)
      throw new MdtError('MDT_STATE', 'head of the log, by which its entries are held to, is missing or damaged', {
        field: '/data_dir/log/head',
      });
    this.#head.keep({ acknowledged: 0, size: 0, root: this.#proofs.root(0) });
    this.#head.sync();
  }

  #expectHead({ size, root }: ShownHead): void {
    if (this.#size < size) throw corrupt(this.#size, `is missing: ${size} were shown`);
    if (!equalOctets(this.#proofs.root(size), root))
      throw corrupt(size - 1, `is not the last of the tree that was shown, ${bytesToHex(root)}`);
  }
}

function corrupt(index: number, message: string): MdtError {
  return new MdtError('MDT_STATE', `the entry ${index} of the log ${message}`, {
    field: `/data_dir/log/entries/${index}`,
  });
}
