/** A Merkle tree of RFC 9162 that grows leaf by leaf and keeps nothing but its peaks: O(log n) hashes for n entries. */
import { EMPTY_ROOT, nodeHash } from './tree-hash.ts';

export class GrowingTree {
  /** The roots of the perfect trees that the tree is made of, by their height; the lowest is the last one. */
  readonly #peaks: (Uint8Array | undefined)[] = [];
  #size = 0;

  /**
   * @param size of an earlier tree
   * @param peaks of it, as `peaks` gave them
   * @throws RangeError where these are not as many as a tree of that size has
   */
  constructor(size = 0, peaks: readonly Uint8Array[] = []) {
    const rest = [...peaks];
    let held = 0;
    for (let [height, left] = [0, size]; left > 0; [height, left] = [height + 1, Math.floor(left / 2)]) {
      held += left % 2;
      this.#peaks[height] = left % 2 === 1 ? rest.pop() : undefined;
    }
    if (held !== peaks.length) throw new RangeError(`${peaks.length} peaks of ${size} entries`);
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  /** From the highest to the lowest. */
  get peaks(): Uint8Array[] {
    return this.#peaks.filter((peak) => peak !== undefined).reverse();
  }

  /**
   * @param leaf a leaf hash, 32 octets
   * @param made is told of the root of each perfect tree that the leaf makes whole, the leaf itself at height 0 first
   */
  append(leaf: Uint8Array, made?: (hash: Uint8Array, height: number) => void): void {
    let carried = leaf;
    let height = 0;
    made?.(carried, height);
    for (; this.#peaks[height] !== undefined; height += 1) {
      carried = nodeHash(this.#peaks[height] ?? EMPTY_ROOT, carried);
      this.#peaks[height] = undefined;
      made?.(carried, height + 1);
    }
    this.#peaks[height] = carried;
    this.#size += 1;
  }

  root(): Uint8Array {
    const [lowest, ...higher] = this.#peaks.filter((peak) => peak !== undefined);
    return lowest === undefined ? EMPTY_ROOT : higher.reduce((upon, peak) => nodeHash(peak, upon), lowest);
  }
}
