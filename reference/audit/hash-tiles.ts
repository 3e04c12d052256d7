/** The hash tiles of a log against its entries (MDT-LOG-010): of each level one tile is held, whatever the size of the log. */
import { MdtError } from '../core/errors.ts';
import { equalOctets } from '../core/hex.ts';
import { GrowingTree } from '../core/log/growing-tree.ts';
import { countAt, formatTilePath, TILE_HEIGHT, TILE_WIDTH } from '../core/log/tile.ts';
import { HASH_OCTETS } from '../core/sha256.ts';
import type { Findings } from './findings.ts';
import type { LogSource } from './log-source.ts';

/** The tile of a level that hashes are added to. */
interface OpenTile {
  readonly level: number;
  readonly index: number;
  /** The tree of those of its hashes that were made before: of these nobody has more than the peaks. */
  readonly earlier: GrowingTree;
  /** Those after them. */
  readonly hashes: Uint8Array[];
}

export class HashTiles {
  readonly #findings: Findings;
  /** By level. */
  readonly #open: OpenTile[] = [];
  /** By level. */
  readonly #served: AsyncGenerator<Uint8Array | MdtError>[];
  /** Full ones that were not compared yet. */
  readonly #full: OpenTile[] = [];

  /**
   * @param before the tree of the entries that were read before: of full tiles only those with later hashes are asked for
   * @param size of the tree of the checkpoint
   */
  constructor(before: Pick<GrowingTree, 'size' | 'peaks'>, size: number, source: LogSource, findings: Findings) {
    this.#findings = findings;
    const peaks = before.peaks;
    for (let level = 0; countAt(level, size) > 0; level += 1) {
      const [index, count] = divided(countAt(level, before.size));
      const own = peaks.splice(peaks.length - ones(count));
      this.#open.push({ level, index, earlier: new GrowingTree(count, own), hashes: [] });
    }
    this.#served = this.#open.map(({ level, index }) => source.tiles(level, index, size));
  }

  /** Takes the root of a perfect tree of the log, those of one height in their order. */
  add(hash: Uint8Array, height: number): void {
    const tile = height % TILE_HEIGHT === 0 ? this.#open[height / TILE_HEIGHT] : undefined;
    if (tile === undefined) return;
    tile.hashes.push(hash);
    if (widthOf(tile) < TILE_WIDTH) return;
    this.#full.push(tile);
    const { level, index } = tile;
    this.#open[level] = { level, index: index + 1, earlier: new GrowingTree(), hashes: [] };
  }

  /** Compares the tiles that became full. */
  async compareFull(): Promise<void> {
    for (const tile of this.#full.splice(0)) await this.#compare(tile);
  }

  /** Compares the partial ones, when all entries were read. */
  async comparePartial(): Promise<void> {
    for (const tile of this.#open) if (widthOf(tile) > 0) await this.#compare(tile);
  }

  async #compare(tile: OpenTile): Promise<void> {
    const { level, index } = tile;
    const next = await this.#served[level]?.next();
    const served = next?.done === false ? next.value : new MdtError('MDT_INTERNAL', 'more tiles than the tree has');
    const place = formatTilePath({ level, index, width: widthOf(tile) });
    if (served instanceof MdtError)
      this.#findings.add(served.code, 'MDT-LOG-010', place, `${served.field}: ${served.message}`);
    else this.#expectSame(tile, served, place);
  }

  #expectSame({ earlier, hashes }: OpenTile, served: Uint8Array, place: string): void {
    const end = earlier.size * HASH_OCTETS;
    const tree = new GrowingTree();
    for (let at = 0; at < end; at += HASH_OCTETS) tree.append(served.subarray(at, at + HASH_OCTETS));
    if (!equalOctets(tree.root(), earlier.root()))
      this.#findings.add(
        'MDT_LOG_FORK',
        'MDT-LOG-009',
        place,
        'other hashes than those of the entries that were read before',
      );
    const wrong = hashes.findIndex(
      (hash, offset) =>
        !equalOctets(hash, served.subarray(end + offset * HASH_OCTETS, end + (offset + 1) * HASH_OCTETS)),
    );
    if (wrong >= 0)
      this.#findings.add(
        'MDT_LOG_ROOT',
        'MDT-LOG-010',
        place,
        `hash ${earlier.size + wrong} is not that of the entries`,
      );
  }
}

function widthOf({ earlier, hashes }: OpenTile): number {
  return earlier.size + hashes.length;
}

/** Full tiles, and hashes beside them. */
function divided(count: number): [number, number] {
  return [Math.floor(count / TILE_WIDTH), count % TILE_WIDTH];
}

/** How many perfect trees so many hashes are made of. */
function ones(count: number): number {
  return count.toString(2).replaceAll('0', '').length;
}
