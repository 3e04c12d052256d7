/** A log over HTTP (spec 8.4, 8.5): what is asked for is bounded, and read from one place. */
import { boundedGet, mayRead } from '../chain/bounded-get.ts';
import { MdtError } from '../core/errors.ts';
import { parseEnvelope } from '../core/document-octets.ts';
import { splitBundle } from '../core/log/entry-bundle.ts';
import { countAt, formatTilePath, TILE_WIDTH, type Tile } from '../core/log/tile.ts';
import { HASH_OCTETS } from '../core/sha256.ts';
import { validate } from '../core/schema.ts';
import type { HostedActivityRoot } from '../gen/schemas.ts';

const MAX_CHECKPOINT_OCTETS = 65_536;
const MAX_ROOT_OCTETS = 32_768;
/** 256 entries of 65,535 octets with their lengths. */
const MAX_BUNDLE_OCTETS = TILE_WIDTH * 65_537;
/** Requests at a time. */
const AT_A_TIME = 8;

export class LogSource {
  readonly url: string;

  /**
   * @param url `services.activity_log` of the record in force
   * @param plain whether http is good enough for loopback and private hosts
   * @throws MdtError MDT_SOURCE
   */
  constructor(url: string, plain: boolean) {
    this.url = url.replace(/\/$/, '');
    if (!mayRead(url, plain))
      throw new MdtError('MDT_SOURCE', 'not https; http is for loopback and private hosts on regtest', { field: url });
  }

  /** @throws MdtError MDT_SOURCE, or MDT_NOT_FOUND; as all that follow */
  async checkpoint(): Promise<Uint8Array> {
    return this.#get('checkpoint', MAX_CHECKPOINT_OCTETS, 'text/plain');
  }

  /** The newest root; `undefined` where there is none yet. */
  async newestRoot(): Promise<HostedActivityRoot | undefined> {
    try {
      return await this.#root('root');
    } catch (error) {
      if (error instanceof MdtError && error.code === 'MDT_NOT_FOUND') return undefined;
      throw error;
    }
  }

  /** Roots in the order of their numbers; an error in the place of one that cannot be had. */
  async *roots(from: number, to: number): AsyncGenerator<HostedActivityRoot | MdtError> {
    yield* inWindows(from, to, async (seq) => this.#root(`root/${seq}`));
  }

  /**
   * The entries of the tree of a size from the first of a bundle on, bundle by bundle.
   * @param from index of a bundle
   */
  async *bundles(from: number, size: number): AsyncGenerator<Uint8Array[] | MdtError> {
    yield* inWindows(from, Math.ceil(size / TILE_WIDTH), async (index) => {
      const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
      return splitBundle(await this.#tile({ level: 'entries', index, width }, MAX_BUNDLE_OCTETS), width);
    });
  }

  /** The hashes of a tile of the tree of a size, one after the other. */
  async tile(level: number, index: number, size: number): Promise<Uint8Array> {
    const width = Math.min(TILE_WIDTH, countAt(level, size) - index * TILE_WIDTH);
    if (width <= 0) throw new MdtError('MDT_LOG_RANGE', 'beyond the tree', { field: `${level}/${index}` });
    const octets = await this.#tile({ level, index, width }, TILE_WIDTH * HASH_OCTETS);
    if (octets.length !== width * HASH_OCTETS)
      throw new MdtError('MDT_LOG_ROOT', `a tile of ${octets.length} octets`, { field: `${level}/${index}` });
    return octets;
  }

  /** The tiles of a level of the tree of a size, from one of them on; an error in the place of one that cannot be had. */
  async *tiles(level: number, from: number, size: number): AsyncGenerator<Uint8Array | MdtError> {
    const count = Math.ceil(countAt(level, size) / TILE_WIDTH);
    yield* inWindows(from, count, async (index) => this.tile(level, index, size));
  }

  /** A log may give up a partial tile once the full one is there (C2SP tlog-tiles). */
  async #tile(tile: Tile, maxOctets: number): Promise<Uint8Array> {
    return this.#get(formatTilePath(tile), maxOctets, 'application/octet-stream');
  }

  async #root(path: string): Promise<HostedActivityRoot> {
    return validate('hosted-activity-root', parseEnvelope(await this.#get(path, MAX_ROOT_OCTETS), MAX_ROOT_OCTETS));
  }

  async #get(path: string, maxOctets: number, accept = 'application/json'): Promise<Uint8Array> {
    const bounds = { maxOctets, accept, tooLarge: 'MDT_DOCUMENT_TOO_LARGE', absent: 'MDT_NOT_FOUND' } as const;
    return boundedGet(`${this.url}/${path}`, bounds);
  }
}

/** Asks for some at a time and gives them in their order. */
async function* inWindows<T>(
  from: number,
  to: number,
  ask: (index: number) => Promise<T>,
): AsyncGenerator<T | MdtError> {
  for (let start = from; start < to; start += AT_A_TIME) {
    const window = Array.from({ length: Math.min(AT_A_TIME, to - start) }, (_, offset) => start + offset);
    yield* await Promise.all(
      window.map(async (index) =>
        ask(index).catch((error: unknown) => {
          if (error instanceof MdtError) return error;
          throw error;
        }),
      ),
    );
  }
}
