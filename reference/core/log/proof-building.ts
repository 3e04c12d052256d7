/** Inclusion and consistency proofs, and roots, from the tiles of a log (RFC 9162, 2.1.3.1 and 2.1.4.1): O(log n) reads. */
import { EMPTY_ROOT, nodeHash, nodesUpon } from './tree-hash.ts';
import { HASH_OCTETS } from '../sha256.ts';
import { LEVELS, TILE_HEIGHT, TILE_WIDTH } from './tile.ts';

/** Hashes of a tile, one after the other: the first `width`, or as many as there are. */
export type ReadTile = (level: number, index: number, width: number) => Uint8Array;

/** Tiles that are kept with all their nodes, 16 kB each: those of half a million entries. */
const KEPT_TILES = 2_048;

/** Where the rows of a tile begin in its nodes: 256 hashes, 128 nodes upon them, and so on up to 2. */
const ROW_STARTS = Array.from({ length: TILE_HEIGHT + 1 }, (_, row) => 2 * TILE_WIDTH - ((2 * TILE_WIDTH) >> row));
const TILE_NODES = ROW_STARTS[TILE_HEIGHT] ?? 0;

interface KeptTile {
  /** How many hashes of it are there. */
  width: number;
  /** Those, and the complete nodes upon them, row by row. What is complete never changes. */
  readonly nodes: Uint8Array;
}

export class ProofBuilder {
  readonly #read: ReadTile;
  readonly #kept = new Map<number, KeptTile>();
  /** Hashes of subtrees that are not perfect and end at the end of the tree of `size`, by where they begin. */
  #ragged: { readonly size: number; readonly hashes: Map<number, Uint8Array> } = { size: 0, hashes: new Map() };

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
    let [low, high, split] = [0, size, splitOf(size)];
    while (high - low > 1) {
      while (split >= high - low) split /= 2;
      const middle = low + split;
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
    if (this.#ragged.size !== high) this.#ragged = { size: high, hashes: new Map() };
    const { hashes } = this.#ragged;
    const known = hashes.get(low);
    if (known) return known;
    const hash = nodeHash(this.#node(Math.log2(split), low / split), this.#rangeHash(low + split, high));
    hashes.set(low, hash);
    return hash;
  }

  /** The hash of a complete node, `height` above the leaves. */
  #node(height: number, index: number): Uint8Array {
    const row = height % TILE_HEIGHT;
    const level = (height - row) / TILE_HEIGHT;
    const place = index % (TILE_WIDTH >> row);
    const tile = (index - place) / (TILE_WIDTH >> row);
    const { nodes } = this.#tile(level, tile, (place + 1) << row);
    const start = ((ROW_STARTS[row] ?? 0) + place) * HASH_OCTETS;
    return nodes.subarray(start, start + HASH_OCTETS);
  }

  /** A tile of which `width` hashes are there at least. */
  #tile(level: number, index: number, width: number): KeptTile {
    const key = index * LEVELS + level;
    const kept = this.#kept.get(key);
    if (kept && kept.width >= width) return kept;
    const tile = kept ?? { width: 0, nodes: new Uint8Array(TILE_NODES * HASH_OCTETS) };
    growTile(tile, this.#read(level, index, TILE_WIDTH));
    if (tile.width < width) throw new RangeError(`tile ${level}/${index} is too short`);
    if (kept) return tile;
    if (this.#kept.size >= KEPT_TILES) this.#kept.delete(this.#kept.keys().next().value ?? 0);
    this.#kept.set(key, tile);
    return tile;
  }
}

/** Takes the hashes that a tile has meanwhile, and makes the nodes that became complete. */
function growTile(tile: KeptTile, hashes: Uint8Array): void {
  let upon = hashes.subarray(tile.width * HASH_OCTETS);
  for (const [row, start] of ROW_STARTS.slice(0, TILE_HEIGHT).entries()) {
    const known = tile.width >> row;
    tile.nodes.set(upon, (start + known) * HASH_OCTETS);
    const [from, to] = [known - (known % 2), known + upon.length / HASH_OCTETS];
    upon = nodesUpon(tile.nodes.subarray((start + from) * HASH_OCTETS, (start + to - (to % 2)) * HASH_OCTETS));
  }
  tile.width = hashes.length / HASH_OCTETS;
}

/** The largest power of two below `size`; 1 for 1. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}
