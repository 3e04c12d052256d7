/**
 * Hashes of an RFC 9162 Merkle tree (2.1.1) with SHA-256: a leaf is `SHA-256(00 ‖ entry)`, a node `SHA-256(01 ‖ left ‖
 * right)`.
 */
import { HASH_OCTETS, sha256Into } from '../sha256.ts';

const LEAF = 0x00;
const NODE = 0x01;

/** Grows with the longest entry; entries of a log have 65,535 octets at most. */
let leafInput = Buffer.alloc(1_024, LEAF);
const nodeInput = Buffer.alloc(1 + 2 * HASH_OCTETS, NODE);
const hashed = Buffer.alloc(HASH_OCTETS);

/** The root of the tree of no entries. */
export const EMPTY_ROOT: Uint8Array = emptyRoot();

/** The leaf hash of an entry. */
export function leafHash(entry: Uint8Array): Uint8Array {
  leafHashInto(Buffer.from(entry.buffer, entry.byteOffset, entry.length), 0, entry.length, hashed, 0);
  return new Uint8Array(hashed);
}

/** As `leafHash`, of the entry from `start` to `end` of some octets, into others at a place. */
export function leafHashInto(octets: Buffer, start: number, end: number, into: Buffer, at: number): void {
  const length = 1 + end - start;
  if (length > leafInput.length) leafInput = Buffer.alloc(2 * length, LEAF);
  octets.copy(leafInput, 1, start, end);
  sha256Into(leafInput.subarray(0, length), into, at);
}

/** The hash of a node. Both hashes have 32 octets. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_OCTETS);
  sha256Into(nodeInput, hashed);
  return new Uint8Array(hashed);
}

/**
 * The hashes of the nodes upon pairs of hashes.
 * @param hashes an even number of hashes, one after the other
 */
export function nodesUpon(hashes: Uint8Array): Uint8Array {
  const upon = new Uint8Array(hashes.length / 2);
  const into = Buffer.from(upon.buffer);
  const from = Buffer.from(hashes.buffer, hashes.byteOffset, hashes.length);
  for (let at = 0; at < hashes.length; at += 2 * HASH_OCTETS) {
    from.copy(nodeInput, 1, at, at + 2 * HASH_OCTETS);
    sha256Into(nodeInput, into, at / 2);
  }
  return upon;
}

/** The hash of the perfect tree upon as many hashes as a power of two, one after the other. */
export function perfectRoot(hashes: Uint8Array): Uint8Array {
  let level = hashes;
  while (level.length > HASH_OCTETS) level = nodesUpon(level);
  return level;
}

/**
 * The level of a tree upon another, of any number of hashes. A last node without a sibling goes up as it is: that is what
 * splitting at powers of two comes to.
 */
export function levelUpon(level: Uint8Array): Uint8Array {
  const paired = level.length - (level.length % (2 * HASH_OCTETS));
  const upon = nodesUpon(level.subarray(0, paired));
  if (paired === level.length) return upon;
  const next = new Uint8Array(upon.length + HASH_OCTETS);
  next.set(upon);
  next.set(level.subarray(paired), upon.length);
  return next;
}

/** The root of the tree of some leaf hashes, one after the other (RFC 9162, 2.1.1). */
export function rootOfLeaves(hashes: Uint8Array): Uint8Array {
  if (hashes.length === 0) return EMPTY_ROOT;
  let level = hashes;
  while (level.length > HASH_OCTETS) level = levelUpon(level);
  return level;
}

function emptyRoot(): Uint8Array {
  sha256Into(new Uint8Array(), hashed);
  return new Uint8Array(hashed);
}
