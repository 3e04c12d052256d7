/** Merkle branches and block headers (spec 2.3). Hashes are octets as computed, not reversed. */
import { hash256 } from './digest.ts';

/** Where a branch leads from `leaf` at `position`; the sibling stands left where the position's bit is 1. */
export function branchRoot(leaf: Uint8Array, branch: readonly Uint8Array[], position: number): Buffer {
  let hash = Buffer.from(leaf);
  let bits = position;
  for (const sibling of branch) {
    hash = Buffer.from(hash256(Buffer.concat((bits & 1) === 1 ? [sibling, hash] : [hash, sibling])));
    bits >>= 1;
  }
  return hash;
}

/** Sibling hashes of the leaf at `position` up to the root, and the root; a level of odd length ends with its last node twice. */
export function branchOf(leaves: readonly Buffer[], position: number): { branch: Buffer[]; root: Buffer } {
  const [first, second, ...rest] = leaves;
  if (first === undefined) throw new Error('a tree without leaves');
  if (second === undefined) return { branch: [], root: first };
  const level = [first, second, ...rest];
  if (level.length % 2 === 1) level.push(level.at(-1) ?? first);
  const pairs = Array.from({ length: level.length / 2 }, (_, index) =>
    hash256(Buffer.concat(level.slice(2 * index, 2 * index + 2))),
  );
  const above = branchOf(pairs, position >> 1);
  return { branch: [level[position ^ 1] ?? first, ...above.branch], root: above.root };
}

/** Merkle root in an 80-octet header. */
export function rootOf(header: Uint8Array): Buffer {
  return Buffer.from(header).subarray(36, 68);
}

/** Hash of the block before, as RPC prints it. */
export function previousOf(header: Uint8Array): string {
  return displayed(Buffer.from(header).subarray(4, 36));
}

/** A hash as bitcoind's RPC and JSON print it. */
export function displayed(hash: Uint8Array): string {
  return Buffer.from(hash).reverse().toString('hex');
}
