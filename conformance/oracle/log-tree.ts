/** Merkle trees of RFC 9162 as the RFC defines them, by recursion and the platform's SHA-256. */
import { sha256 } from './digest.ts';
import { Refusal } from './refusal.ts';

const HASH_OCTETS = 32;

export function leafHash(entry: Uint8Array): Buffer {
  return sha256(Buffer.of(0), entry);
}

function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256(Buffer.of(1), left, right);
}

/** MTH of 2.1.1, of leaf hashes. */
export function treeRoot(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (!only) return sha256();
  if (leaves.length === 1) return only;
  const split = splitOf(leaves.length);
  return nodeHash(treeRoot(leaves.slice(0, split)), treeRoot(leaves.slice(split)));
}

/** PATH of 2.1.3.1: from the sibling of the leaf at `index` up. */
export function inclusionPath(leaves: readonly Buffer[], index: number): Buffer[] {
  if (leaves.length === 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...inclusionPath(left, index), treeRoot(right)]
    : [...inclusionPath(right, index - split), treeRoot(left)];
}

export interface Shown {
  readonly leaf_hash: Buffer;
  readonly index: number;
  readonly tree_size: number;
  readonly root: Buffer;
  readonly proof: readonly Buffer[];
}

/** MDT-LOG-102 */
export function refuseInclusion({ leaf_hash: leaf, index, tree_size: size, root, proof }: Shown): void {
  const refuse = (field: string, why: string): never => {
    throw new Refusal('MDT_LOG_INCLUSION', field, why);
  };
  if (index < 0 || index >= size) refuse('/index', 'no entry of this tree');
  if (![leaf, root, ...proof].every(isHash)) refuse('/proof', 'not of 32 octets');
  const upwards = (at: number, width: number, path: readonly Buffer[]): Buffer => {
    const sibling = path.at(-1);
    if (width === 1) return sibling ? refuse('/proof', 'hashes left over') : leaf;
    if (!sibling) return refuse('/proof', 'hashes missing');
    const [split, rest] = [splitOf(width), path.slice(0, -1)];
    return at < split
      ? nodeHash(upwards(at, split, rest), sibling)
      : nodeHash(sibling, upwards(at - split, width - split, rest));
  };
  if (!upwards(index, size, proof).equals(root)) refuse('/root', 'another root');
}

export interface Grown {
  readonly first_size: number;
  readonly first_root: Buffer;
  readonly second_size: number;
  readonly second_root: Buffer;
  readonly proof: readonly Buffer[];
}

/** MDT-LOG-103 */
export function refuseConsistency(grown: Grown): void {
  const { first_size: first, first_root: before, second_size: second, second_root: after, proof } = grown;
  if (first > second) fork('/first_size', 'it has shrunk');
  if (![before, after, ...proof].every(isHash)) fork('/proof', 'not of 32 octets');
  if (first === 0) {
    if (!before.equals(sha256())) fork('/first_root', 'not that of no entries');
    if (proof.length > 0) fork('/proof', 'hashes left over');
    if (second === 0 && !after.equals(before)) fork('/second_root', 'one size with two roots');
    return;
  }
  const [older, newer] = bothRoots(first, second, true, proof, before);
  if (!older.equals(before)) fork('/first_root', 'another root');
  if (!newer.equals(after)) fork('/second_root', 'another root');
}

/** SUBPROOF of 2.1.4.1, backwards: the roots of both trees of a subtree. */
function bothRoots(m: number, n: number, isKnown: boolean, proof: readonly Buffer[], before: Buffer): [Buffer, Buffer] {
  const [sibling, rest] = [proof.at(-1), proof.slice(0, -1)];
  if (m === n) {
    if (proof.length !== (isKnown ? 0 : 1)) fork('/proof', 'hashes missing or left over');
    const hash = sibling ?? before;
    return [hash, hash];
  }
  if (!sibling) return fork('/proof', 'hashes missing');
  const split = splitOf(n);
  if (m <= split) {
    const [older, newer] = bothRoots(m, split, isKnown, rest, before);
    return [older, nodeHash(newer, sibling)];
  }
  const [older, newer] = bothRoots(m - split, n - split, false, rest, before);
  return [nodeHash(sibling, older), nodeHash(sibling, newer)];
}

function fork(field: string, why: string): never {
  throw new Refusal('MDT_LOG_FORK', field, why);
}

function isHash(octets: Buffer): boolean {
  return octets.length === HASH_OCTETS;
}

/** The largest power of two below n. */
function splitOf(n: number): number {
  let split = 1;
  while (split * 2 < n) split *= 2;
  return split;
}
