/** Tiles of a log (C2SP tlog-tiles): what they are called and which of them a tree has. */

/** Hashes in a full tile, and entries in a full bundle. */
export const TILE_WIDTH = 256;
/** Levels of the tree in one tile. */
export const TILE_HEIGHT = 8;
/** C2SP tlog-tiles: the level is from 0 to 63. */
export const LEVELS = 64;

export interface Tile {
  /** From 0, the leaf hashes, upwards; `entries` for a bundle of entries. */
  readonly level: number | 'entries';
  /** From 0 on at each level. */
  readonly index: number;
  /** How many hashes or entries: 256, or fewer in a partial tile. */
  readonly width: number;
}

/** `tile/<L>/<N>[.p/<W>]`, with `<N>` in groups of three digits, all but the last marked by `x`. */
export function formatTilePath({ level, index, width }: Tile): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const name = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${name}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

const PATH = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** @returns `undefined` for what is no path of a tile, or another spelling of one */
export function parseTilePath(path: string): Tile | undefined {
  const [, name = '', digits = '', partial] = PATH.exec(path) ?? [];
  if (digits === '') return undefined;
  const level: Tile['level'] = name === 'entries' ? 'entries' : Number(name);
  const index = Number(digits.replace(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  if (typeof level === 'number' && level >= LEVELS) return undefined;
  if (!Number.isSafeInteger(index) || (partial !== undefined && width >= TILE_WIDTH)) return undefined;
  const tile = { level, index, width };
  return formatTilePath(tile) === path ? tile : undefined;
}

/** How many hashes or entries a level of a tree of `size` entries has, in all its tiles. */
export function countAt(level: Tile['level'], size: number): number {
  return level === 'entries' ? size : Math.floor(size / TILE_WIDTH ** level);
}

/** Whether a tree of `size` entries has the tile. */
export function hasTile(tile: Tile, size: number): boolean {
  return tile.index * TILE_WIDTH + tile.width <= countAt(tile.level, size);
}
