/** The tree of a batch (spec 10.2), of which all but the leaf hashes lies in tiles beside them: no batch has to be held whole. */
import { setImmediate } from 'node:timers/promises';
import { Remembered } from '../chain/remembered.ts';
import { ProofBuilder } from '../core/log/proof-building.ts';
import { TILE_WIDTH } from '../core/log/tile.ts';
import { perfectRoot } from '../core/log/tree-hash.ts';
import { HASH_OCTETS } from '../core/sha256.ts';
import type { BatchTile, RegistrationStore } from './registration-store.ts';

export interface BuiltTree {
  readonly root: Uint8Array;
  readonly tiles: readonly BatchTile[];
}

const TILE_OCTETS = TILE_WIDTH * HASH_OCTETS;
/** Full tiles, of 256 leaf hashes, that are hashed before others get their turn. */
const TILES_A_TURN = 64;
/** Batches whose proofs are asked for at the same time. */
const BUILDERS = 4;

export class BatchTrees {
  readonly #store: RegistrationStore;
  readonly #builders = new Remembered<ProofBuilder>(BUILDERS);

  constructor(store: RegistrationStore) {
    this.#store = store;
  }

  /** The tree of the registrations from a place on. */
  async build(first: number, size: number): Promise<BuiltTree> {
    const levels = [await this.#levelOne(first, size)];
    for (let level = levels[0]; level && level.length >= TILE_OCTETS; level = levels.at(-1)) levels.push(upon(level));
    const tiles = levels.flatMap((hashes, at) => tilesOf(at + 1, hashes));
    const built = new Map(tiles.map((tile) => [`${tile.level}/${tile.index}`, tile.hashes]));
    const builder = new ProofBuilder((level, index) =>
      level === 0 ? this.#leaves(first, size, index) : (built.get(`${level}/${index}`) ?? new Uint8Array()),
    );
    return { root: builder.root(size), tiles };
  }

  /** The inclusion proof of a leaf of a batch whose tiles are kept, its sibling first. */
  path(first: number, size: number, index: number): Uint8Array[] {
    const known = this.#builders.get(String(first));
    const builder =
      known ??
      new ProofBuilder((level, index) =>
        level === 0 ? this.#leaves(first, size, index) : this.#store.tile(first, level, index),
      );
    if (!known) this.#builders.set(String(first), builder);
    return builder.inclusion(index, size);
  }

  #leaves(first: number, size: number, tile: number): Uint8Array {
    const from = tile * TILE_WIDTH;
    return this.#store.leafHashes(first + from, Math.min(TILE_WIDTH, size - from));
  }

  async #levelOne(first: number, size: number): Promise<Uint8Array> {
    const full = Math.floor(size / TILE_WIDTH);
    const hashes = new Uint8Array(full * HASH_OCTETS);
    for (let tile = 0; tile < full; tile += 1) {
      hashes.set(perfectRoot(this.#leaves(first, size, tile)), tile * HASH_OCTETS);
      if (tile % TILES_A_TURN === TILES_A_TURN - 1) await setImmediate();
    }
    return hashes;
  }
}

function upon(level: Uint8Array): Uint8Array {
  const full = Math.floor(level.length / TILE_OCTETS);
  const hashes = new Uint8Array(full * HASH_OCTETS);
  for (let tile = 0; tile < full; tile += 1)
    hashes.set(perfectRoot(level.subarray(tile * TILE_OCTETS, (tile + 1) * TILE_OCTETS)), tile * HASH_OCTETS);
  return hashes;
}

function tilesOf(level: number, hashes: Uint8Array): BatchTile[] {
  return Array.from({ length: Math.ceil(hashes.length / TILE_OCTETS) }, (_, index) => ({
    ...{ level, index },
    hashes: hashes.slice(index * TILE_OCTETS, (index + 1) * TILE_OCTETS),
  }));
}
