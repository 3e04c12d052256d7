/** Entries that wait to be written together, as the octets of the file, and who waits for them. */
import { HASH_OCTETS } from '../core/sha256.ts';
import { LENGTH_OCTETS, leafHashes } from './entry-file.ts';

/** What became of an entry. */
export class Appended {
  readonly index: number;
  readonly #hashes: Uint8Array;
  readonly #at: number;

  /** @param hashes of a batch, one after the other, in which that of this entry is `at` */
  constructor(index: number, hashes: Uint8Array, at: number) {
    this.index = index;
    this.#hashes = hashes;
    this.#at = at;
  }

  /** 32 octets. */
  get leafHash(): Uint8Array {
    return this.#hashes.subarray(this.#at * HASH_OCTETS, (this.#at + 1) * HASH_OCTETS);
  }
}

const FIRST_CAPACITY = 1 << 16;

/** What is known of a batch when the disk has it. */
interface Written {
  readonly first: number;
  readonly hashes: Uint8Array;
}

export class PendingEntries {
  #buffer: Buffer = Buffer.allocUnsafe(FIRST_CAPACITY);
  #length = 0;
  #count = 0;
  /** One for the whole batch: what waits outlives collections of garbage, which V8 answers with more room. */
  #written = Promise.withResolvers<Written>();

  get count(): number {
    return this.#count;
  }

  /** Each entry with its length before it. */
  get octets(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  // oxlint-disable-next-line typescript/promise-function-async -- as DurableLog.append
  add(entry: Uint8Array): Promise<Appended> {
    const end = this.#length + LENGTH_OCTETS + entry.length;
    if (end > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(end, 2 * this.#buffer.length));
      larger.set(this.octets);
      this.#buffer = larger;
    }
    this.#buffer.writeUInt16BE(entry.length, this.#length);
    this.#buffer.set(entry, this.#length + LENGTH_OCTETS);
    this.#length = end;
    const at = this.#count;
    this.#count += 1;
    return this.#written.promise.then(({ first, hashes }) => new Appended(first + at, hashes, at));
  }

  /** The leaf hashes, one after the other. */
  hashes(): Uint8Array {
    return leafHashes(this.octets, this.count);
  }

  /** @param first index of the first of them */
  resolve(first: number, hashes: Uint8Array): void {
    this.#written.resolve({ first, hashes });
  }

  reject(error: unknown): void {
    if (this.#count > 0) this.#written.reject(error); // a rejection that nobody waits for ends the process
  }

  clear(): void {
    this.#length = 0;
    this.#count = 0;
    this.#written = Promise.withResolvers();
  }
}
