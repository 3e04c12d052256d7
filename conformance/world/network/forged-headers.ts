/** Headers of regtest that the kit makes itself: with the work that the rules ask, but for what a scenario wants wrong. */
import { hash256 } from '../../oracle/digest.ts';

const REGTEST_BITS = '207fffff';
const BLOCK_SECONDS = 600;
const VERSION = 0x20000000;
/** With the easiest target one of two hashes is good. */
const EASIEST = 0x7f;

export interface Wishes {
  /** Seconds since 1970; ten minutes after the header before where it is not given. */
  readonly time?: number;
  /** As RPC prints them; those of regtest where they are not given. */
  readonly bits?: string;
  /** Whether its hash is above its target. */
  readonly workless?: boolean;
}

/** A header upon another one, of a block that nobody has; `salt` tells it from others. */
export function forgedHeader(
  before: Buffer,
  salt: Buffer,
  { time, bits = REGTEST_BITS, workless }: Wishes = {},
): Buffer {
  const header = Buffer.alloc(80);
  header.writeUInt32LE(VERSION, 0);
  header.set(hash256(before), 4);
  header.set(salt.subarray(0, 32), 36);
  header.writeUInt32LE(time ?? timeOf(before) + BLOCK_SECONDS, 68);
  header.set(Buffer.from(bits, 'hex').reverse(), 72);
  for (let nonce = 0; ; nonce++) {
    header.writeUInt32LE(nonce, 76);
    const isWork = (hash256(header)[31] ?? 0) <= EASIEST;
    if (isWork !== (workless === true)) return header;
  }
}

/** `count` headers upon the last of `chain`. */
export function forgedUpon(chain: readonly Buffer[], count: number, salt: Buffer): Buffer[] {
  const headers: Buffer[] = [];
  for (let index = 0; index < count; index++) {
    const before = headers.at(-1) ?? chain.at(-1);
    if (!before) throw new Error('there is nothing to build upon');
    // Seconds apart, so that a long branch is not ahead of anybody's clock.
    headers.push(
      forgedHeader(before, hash256(Buffer.concat([salt, Buffer.from([index & 0xff, index >> 8])])), {
        time: timeOf(before) + 1,
      }),
    );
  }
  return headers;
}

export function timeOf(header: Buffer): number {
  return header.readUInt32LE(68);
}
