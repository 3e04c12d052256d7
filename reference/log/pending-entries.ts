/** Entries that wait to be written together, as the octets of the file, and who waits for them. */
import { HASH_OCTETS } from '../core/sha256.ts';
import { LENGTH_OCTETS, leafHashes } from './entry-file.ts';

export interface Appended {
  readonly index: number;
  /** 32 octets. */
  readonly leafHash: Uint8Array;
}

const FIRST_CAPACITY = 1 << 16;

interface Waiter {
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

export class PendingEntries {
  #buffer: Buffer = Buffer.allocUnsafe(FIRST_CAPACITY);
  #length = 0;
  #waiters: Waiter[] = [];

  get count(): number {
    return this.#waiters.length;
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
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /** The leaf hashes, one after the other. */
  hashes(): Uint8Array {
    return leafHashes(this.octets, this.count);
  }

  /** @param first index of the first of them */
  resolve(first: number, hashes: Uint8Array): void {
    for (const [at, { resolve }] of this.#waiters.entries())
      resolve({ index: first + at, leafHash: hashes.subarray(at * HASH_OCTETS, (at + 1) * HASH_OCTETS) });
  }

  reject(error: unknown): void {
    for (const { reject } of this.#waiters) reject(error);
  }

  clear(): void {
    this.#length = 0;
    this.#waiters = [];
  }
}
