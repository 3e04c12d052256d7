/**
 * Hashes of an RFC 9162 Merkle tree (2.1.1) with SHA-256: a leaf is `SHA-256(00 ‖ entry)`, a node `SHA-256(01 ‖ left ‖
 * right)`. By WebAssembly, which needs no call into OpenSSL for each of millions of small inputs.
 */
import { createSHA256 } from 'hash-wasm';

/** Length of a hash, in octets. */
export const HASH_OCTETS = 32;

const LEAF = Uint8Array.of(0x00);
const NODE = 0x01;

const hasher = await createSHA256();
const nodeInput = new Uint8Array(1 + 2 * HASH_OCTETS);
nodeInput[0] = NODE;

/** The root of the tree of no entries. */
export const EMPTY_ROOT: Uint8Array = hasher.init().digest('binary');

/** The leaf hash of an entry. */
export function leafHash(entry: Uint8Array): Uint8Array {
  return hasher.init().update(LEAF).update(entry).digest('binary');
}

/** The hash of a node. Both hashes have 32 octets. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_OCTETS);
  return hasher.init().update(nodeInput).digest('binary');
}

/**
 * The hashes of the nodes upon pairs of hashes.
 * @param hashes an even number of hashes, one after the other
 */
export function nodesUpon(hashes: Uint8Array): Uint8Array {
  const upon = new Uint8Array(hashes.length / 2);
  for (let at = 0; at < hashes.length; at += 2 * HASH_OCTETS) {
    nodeInput.set(hashes.subarray(at, at + 2 * HASH_OCTETS), 1);
    upon.set(hasher.init().update(nodeInput).digest('binary'), at / 2);
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
