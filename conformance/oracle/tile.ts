/** Tiles of a log (C2SP tlog-tiles): their names, and which a tree has. */

const WIDTH = 256;

export interface LevelOfTiles {
  readonly level: number;
  /** Full tiles. */
  readonly full: number;
  /** Hashes in the partial tile at the end, 0 where there is none. */
  readonly partial: number;
}

/** Levels of the tree of a size that have hashes. */
export function tilesOf(size: number): LevelOfTiles[] {
  const levels: LevelOfTiles[] = [];
  for (let [level, count] = [0, size]; count > 0; [level, count] = [level + 1, Math.floor(count / WIDTH)])
    levels.push({ level, full: Math.floor(count / WIDTH), partial: count % WIDTH });
  return levels;
}

/** `tile/<L>/<N>[.p/<W>]`. `level` is a number or `entries`. */
export function tilePath(level: number | 'entries', index: number, width: number): string {
  const digits = String(index);
  const padded = digits.padStart(digits.length + ((3 - (digits.length % 3)) % 3), '0');
  const name = padded.replace(/\d{3}(?=\d)/g, 'x$&/');
  return `tile/${String(level)}/${name}${width < WIDTH ? `.p/${String(width)}` : ''}`;
}
