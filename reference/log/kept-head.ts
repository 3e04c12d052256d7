/**
 * How far a log was acknowledged, and the newest tree of it that was kept: two slots of one file that take turns, so that
 * one is whole whatever a crash came upon. Nobody waits for the disk to have it. It may be behind the log and never ahead:
 * it is written once the disk has the entries. That of a log without entries is on disk before there is one, so that a log
 * with entries and without a whole slot is one that was damaged.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, fdatasyncSync, readSync, writeSync } from 'node:fs';
import { HASH_OCTETS } from '../core/sha256.ts';
import { openOwn } from './disk.ts';

const { O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
const SIZE_OCTETS = 8;
/** Acknowledged entries, size of the tree and its root, and a SHA-256 over these. */
const CONTENT_OCTETS = 2 * SIZE_OCTETS + HASH_OCTETS;
const SLOT_OCTETS = CONTENT_OCTETS + HASH_OCTETS;

export interface KeptHead {
  /** Entries that were acknowledged. */
  readonly acknowledged: number;
  /** A tree that is no larger. */
  readonly size: number;
  readonly root: Uint8Array;
}

export class HeadFile {
  readonly #descriptor: number;
  readonly #newest: KeptHead | undefined;
  #next = 0;

  /** @throws MdtError MDT_STATE */
  constructor(path: string) {
    this.#descriptor = openOwn(path, O_RDWR | O_CREAT | O_NOFOLLOW);
    const slots = [0, 1].map((slot) => this.#read(slot));
    const acknowledged = slots.map((head) => head?.acknowledged ?? -1) as [number, number];
    this.#next = acknowledged[0] > acknowledged[1] ? 1 : 0;
    this.#newest = slots[1 - this.#next];
  }

  /** What an earlier life has left; nothing where it left nothing whole. */
  get newest(): KeptHead | undefined {
    return this.#newest;
  }

  /** A disk that does not take it keeps the one before. */
  keep({ acknowledged, size, root }: KeptHead): void {
    const slot = Buffer.allocUnsafe(SLOT_OCTETS);
    slot.writeBigUInt64BE(BigInt(acknowledged), 0);
    slot.writeBigUInt64BE(BigInt(size), SIZE_OCTETS);
    slot.set(root, 2 * SIZE_OCTETS);
    slot.set(digestOf(slot), CONTENT_OCTETS);
    try {
      writeSync(this.#descriptor, slot, 0, SLOT_OCTETS, this.#next * SLOT_OCTETS);
    } catch {
      return;
    }
    this.#next = 1 - this.#next;
  }

  /** Waits until the disk has what was kept, as far as it can. */
  sync(): void {
    try {
      fdatasyncSync(this.#descriptor);
    } catch {
      // as in `keep`
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #read(slot: number): KeptHead | undefined {
    const octets = Buffer.alloc(SLOT_OCTETS);
    const read = readSync(this.#descriptor, octets, 0, SLOT_OCTETS, slot * SLOT_OCTETS);
    if (read < SLOT_OCTETS || !digestOf(octets).equals(octets.subarray(CONTENT_OCTETS))) return undefined;
    const numberAt = (at: number): number => Number(octets.readBigUInt64BE(at));
    const root = octets.subarray(2 * SIZE_OCTETS, CONTENT_OCTETS);
    return { acknowledged: numberAt(0), size: numberAt(SIZE_OCTETS), root };
  }
}

function digestOf(slot: Buffer): Buffer {
  return createHash('sha256').update(slot.subarray(0, CONTENT_OCTETS)).digest();
}
