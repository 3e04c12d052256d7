/** What is asked of a log with so many entries: paths of its tiles, and the places and sizes that calls are asked about. */

/** Entries of a bundle, and hashes of a tile, that is full (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;

/** Paths of all tiles and bundles of a tree, below the log. */
export function tilesOf(size: number): string[] {
  const at = (level: string | number, count: number): string[] => {
    const full = Math.floor(count / TILE_WIDTH);
    const paths = Array.from({ length: full }, (_, index) => `tile/${level}/${nameOf(index)}`);
    return count % TILE_WIDTH > 0 ? [...paths, `tile/${level}/${nameOf(full)}.p/${count % TILE_WIDTH}`] : paths;
  };
  const levels: string[] = [];
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / TILE_WIDTH))
    levels.push(...at(level, count));
  return [...levels, ...at('entries', size)];
}

/** Below 1,000 tiles, which is where the kit stops. */
function nameOf(index: number): string {
  return String(index).padStart(3, '0');
}

/** Its first tile is of 65,536 entries: the kit stops long before, and nobody enters as many meanwhile. */
const FAR_LEVEL = 2;
/** The highest that C2SP tlog-tiles has a name for. */
const TOP_LEVEL = 63;

/** Paths of what cannot be there: a partial tile is of 1 to 255, and a level of which the tree has nothing has no tile. */
export function beyondOf(size: number): string[] {
  const far = Math.floor((size + 100_000) / TILE_WIDTH);
  const name = nameOf(far % 1_000);
  const last = nameOf(Math.floor(size / TILE_WIDTH));
  const wider = `${last}.p/${String((size % TILE_WIDTH) + 1)}`;
  return [
    ...['0', 'entries'].flatMap((level) => [0, TILE_WIDTH].map((width) => `tile/${level}/${last}.p/${String(width)}`)),
    ...[FAR_LEVEL, TOP_LEVEL].flatMap((level) => [`tile/${String(level)}/000`, `tile/${String(level)}/000.p/1`]),
    ...(size % TILE_WIDTH < TILE_WIDTH - 1 ? [`tile/0/${wider}`, `tile/entries/${wider}`] : []),
    `tile/0/x${nameOf(Math.floor(far / 1_000))}/${name}`,
    'tile/entries/x999/999',
    'root/999999',
    'root/00',
    'tile/0/0',
    'tile/00/000',
    'nothing',
  ];
}

/** Start and limit: some of each part, all that there is (0 is no limit), and what comes after the last. */
export function listsOf(size: number): [number, number][] {
  const some = [...new Set([0, Math.floor(size / 2), size - 1])].filter((start) => start >= 0);
  return [
    ...some.map((start): [number, number] => [start, 7]),
    [0, 0],
    [Math.floor(size / 2), 0],
    [size, 7],
    [size, 0],
  ];
}

/** Index and size. */
export function inclusionsOf(size: number): [number, number][] {
  if (size === 0) return [];
  const some = new Set([0, size - 1, Math.floor(size / 2), Math.floor((2 * size) / 3)]);
  const older = Math.max(1, Math.floor(size / 3));
  return [...[...some].map((index): [number, number] => [index, size]), [0, older], [older - 1, older]];
}

/** First and second size: to the newest, between older ones, and from nothing. */
export function consistenciesOf(size: number): [number, number][] {
  const older = Math.floor((2 * size) / 3);
  const fromNothing = [...new Set([0, older, size])].map((second): [number, number] => [0, second]);
  if (size === 0) return fromNothing;
  const firsts = new Set([1, Math.max(1, Math.floor(size / 3)), Math.max(1, size - 1), size]);
  const toOlder = new Set([1, Math.floor(older / 2), older - 1, older].filter((first) => first > 0));
  return [
    ...[...firsts].map((first): [number, number] => [first, size]),
    ...[...toOlder].map((first): [number, number] => [first, older]),
    ...fromNothing,
  ].filter(([first, second]) => first <= second);
}
