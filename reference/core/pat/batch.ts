/** Many PAT signatures under one anchor (spec 10.2): the root that the anchor carries, and the path of each leaf. */
import { MdtError } from '../errors.ts';
import { leafHash, levelUpon } from '../log/tree-hash.ts';
import { HASH_OCTETS } from '../sha256.ts';

/** The most leaves that a payload can count. */
const MAX_LEAVES = 0xffff_ffff;

/** A tree that is held whole: 64 octets a leaf. */
export class Batch {
  /** From the leaf hashes to the root. */
  readonly #levels: readonly Uint8Array[];

  /**
   * @param leaves 129 octets each, at least one (verifiedLeaf)
   * @throws MdtError MDT_PAT_BATCH
   */
  constructor(leaves: Iterable<Uint8Array>, count: number) {
    if (count < 1 || count > MAX_LEAVES)
      throw new MdtError('MDT_PAT_BATCH', `a batch of ${count} leaves`, { field: '/leaf_count' });
    let level: Uint8Array = new Uint8Array(count * HASH_OCTETS);
    let at = 0;
    for (const leaf of leaves) {
      level.set(leafHash(leaf), at);
      at += HASH_OCTETS;
    }
    const levels = [level];
    while (level.length > HASH_OCTETS) {
      level = levelUpon(level);
      levels.push(level);
    }
    this.#levels = levels;
  }

  get leafCount(): number {
    return (this.#levels[0]?.length ?? 0) / HASH_OCTETS;
  }

  /** 32 octets. */
  get root(): Uint8Array {
    return this.#levels.at(-1) ?? new Uint8Array();
  }

  /**
   * The inclusion proof of the leaf at `index` (RFC 9162, 2.1.3.1), its sibling first.
   * @throws MdtError MDT_PAT_BATCH
   */
  path(index: number): Uint8Array[] {
    if (!Number.isInteger(index) || index < 0 || index >= this.leafCount)
      throw new MdtError('MDT_PAT_BATCH', `no leaf ${index} in ${this.leafCount}`, { field: '/batch/index' });
    const path: Uint8Array[] = [];
    let place = index;
    for (const level of this.#levels.slice(0, -1)) {
      const sibling = (place % 2 === 0 ? place + 1 : place - 1) * HASH_OCTETS;
      // A last node without a sibling went up as it is.
      if (sibling < level.length) path.push(level.slice(sibling, sibling + HASH_OCTETS));
      place = Math.floor(place / 2);
    }
    return path;
  }
}
