/** Inclusion and consistency proofs, and roots, from the tiles of a log (RFC 9162, 2.1.3.1 and 2.1.4.1): O(log n) reads. */
import { EMPTY_ROOT, HASH_OCTETS, nodeHash, nodesUpon } from './tree-hash.ts';
import { TILE_HEIGHT, TILE_WIDTH } from './tile.ts';

/** Hashes of a tile, one after the other: the first `width`, or as many as there are. */
export type ReadTile = (level: number, index: number, width: number) => Uint8Array;

/** Tiles that are kept with all their nodes: 16 kB each. */
const KEPT_TILES = 2_048;

export class ProofBuilder {
  readonly #read: ReadTile;
  /** By level and index: the hashes of a tile, and the complete nodes upon them, row by row. */
  readonly #kept = new Map<string, readonly Uint8Array[]>();

  constructor(read: ReadTile) {
    this.#read = read;
  }

  /** The root of the tree of the first `size` entries. */
  root(size: number): Uint8Array {
    return size === 0 ? EMPTY_ROOT : this.#rangeHash(0, size);
  }

  /** From the leaf upwards. `index` is below `size`. */
  inclusion(index: number, size: number): Uint8Array[] {
    const proof: Uint8Array[] = [];
    let [low, high] = [0, size];
    while (high - low > 1) {
      const middle = low + splitOf(high - low);
      if (index < middle) {
        proof.push(this.#rangeHash(middle, high));
        high = middle;
      } else {
        proof.push(this.#rangeHash(low, middle));
        low = middle;
      }
    }
    return proof.reverse();
  }

  /** `first` is at most `second`. */
  consistency(first: number, second: number): Uint8Array[] {
    if (first === 0 || first === second) return [];
    const proof: Uint8Array[] = [];
    let [low, high] = [0, second];
    let isKnown = true; // the verifier has the hash of the subtree that is left
    while (first !== high) {
      const middle = low + splitOf(high - low);
      if (first <= middle) {
        proof.push(this.#rangeHash(middle, high));
        high = middle;
      } else {
        proof.push(this.#rangeHash(low, middle));
        low = middle;
        isKnown = false;
      }
    }
    if (!isKnown) proof.push(this.#rangeHash(low, high));
    return proof.reverse();
  }

  /** The hash of the subtree of the entries from `low` to `high`, `low` being where a subtree of that size can begin. */
  #rangeHash(low: number, high: number): Uint8Array {
    const size = high - low;
    const split = splitOf(size);
    if (size === 1 || split * 2 === size) return this.#node(Math.log2(size), low / size);
    return nodeHash(this.#node(Math.log2(split), low / split), this.#rangeHash(low + split, high));
  }

  /** The hash of a complete node, `height` above the leaves. */
  #node(height: number, index: number): Uint8Array {
    const level = Math.floor(height / TILE_HEIGHT);
    const above = height % TILE_HEIGHT;
    const tile = Math.floor(index / 2 ** (TILE_HEIGHT - above));
    const within = index % 2 ** (TILE_HEIGHT - above);
    const [start, end] = [within * HASH_OCTETS, (within + 1) * HASH_OCTETS];
    const known = this.#kept.get(nameOf(level, tile))?.[above];
    const row = known && known.length >= end ? known : this.#rowsOf(level, tile)[above];
    if (!row || row.length < end) throw new RangeError(`tile ${level}/${tile} is too short`);
    return row.slice(start, end);
  }

  /**
   * The hashes of a tile and the complete nodes upon them, row by row. They are kept: a node that is complete never
   * changes, and of a tile that has grown the missing ones are looked for anew.
   */
  #rowsOf(level: number, index: number): readonly Uint8Array[] {
    const rows = [this.#read(level, index, TILE_WIDTH)];
    for (let above = 1; above < TILE_HEIGHT; above += 1) {
      const below = rows[above - 1] ?? EMPTY_ROOT;
      rows.push(nodesUpon(below.subarray(0, below.length - (below.length % (2 * HASH_OCTETS)))));
    }
    if (this.#kept.size >= KEPT_TILES) this.#kept.delete(this.#kept.keys().next().value ?? '');
    this.#kept.set(nameOf(level, index), rows);
    return rows;
  }
}

function nameOf(level: number, index: number): string {
  return `${level}/${index}`;
}

/** The largest power of two below `size`; 1 for 1. */
function splitOf(size: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(size)) - 1);
}
