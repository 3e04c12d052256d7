/** Bitcoin's Merkle tree: branches and their verification (MDT-PRF-103 to -106). Hashes are as computed, not reversed. */
import { hash256, hash256Into } from './block-header.ts';
import { MdtError } from './errors.ts';
import { HASH_OCTETS } from './sha256.ts';

/** A block has fewer than 2^15 transactions: 4,000,000 weight units hold no more of 60 octets each. */
const MAX_BRANCH_LENGTH = 15;
const pair = Buffer.alloc(2 * HASH_OCTETS);
const running = Buffer.alloc(HASH_OCTETS);

/** Sibling hashes from the leaf at `position` up to the root. `leaves` are txids in block order. */
export function merkleBranch(leaves: readonly Uint8Array[], position: number): Uint8Array[] {
  const branch: Uint8Array[] = [];
  let index = position;
  for (let level = leaves; level.length > 1; level = parents(level)) {
    branch.push(at(level, index ^ 1));
    index >>>= 1;
  }
  return branch;
}

function parents(level: readonly Uint8Array[]): Uint8Array[] {
  return Array.from({ length: Math.ceil(level.length / 2) }, (_, index) =>
    nodeOf(at(level, 2 * index), at(level, 2 * index + 1)),
  );
}

function nodeOf(left: Uint8Array, right: Uint8Array): Uint8Array {
  expectHash(left);
  expectHash(right);
  pair.set(left);
  pair.set(right, HASH_OCTETS);
  return hash256(pair);
}

/** Hashes of other lengths than 32 octets have no node. */
function expectHash(octets: Uint8Array): void {
  if (octets.length !== HASH_OCTETS) throw new MdtError('MDT_INTERNAL', 'a hash that has not 32 octets');
}

// A level of odd length ends with its last node twice (Bitcoin's own rule).
function at(level: readonly Uint8Array[], index: number): Uint8Array {
  const node = level[index] ?? level.at(-1);
  if (node === undefined) throw new MdtError('MDT_INTERNAL', 'a Merkle tree without leaves');
  return node;
}

/**
 * The root to which a branch leads from `leaf`.
 * @throws MdtError MDT_SCHEMA where one of them is no hash; MDT_MERKLE_POSITION or MDT_MERKLE_SIBLING
 */
export function merkleRootOf(
  leaf: Uint8Array,
  branch: readonly Uint8Array[],
  position: number,
  field: string,
): Uint8Array {
  if ([leaf, ...branch].some(({ length }) => length !== HASH_OCTETS))
    throw new MdtError('MDT_SCHEMA', 'a hash that has not 32 octets', { field });
  if (branch.length > MAX_BRANCH_LENGTH || position < 0 || position >= 2 ** branch.length) {
    throw new MdtError('MDT_MERKLE_POSITION', 'position or length out of range', { field });
  }
  running.set(leaf);
  for (const [level, sibling] of branch.entries()) {
    const isRight = ((position >>> level) & 1) === 1;
    // On the left it is Bitcoin's own duplication of the last node; on the right it is CVE-2012-2459.
    if (isRight && running.equals(sibling)) {
      throw new MdtError('MDT_MERKLE_SIBLING', 'a duplicated sibling on the wrong side', {
        field: `${field}/${level}`,
      });
    }
    pair.set(running, isRight ? HASH_OCTETS : 0);
    pair.set(sibling, isRight ? 0 : HASH_OCTETS);
    hash256Into(pair, running);
  }
  return new Uint8Array(running);
}
