/** The entries of a log at one moment. */
import type { HttpResult } from '../http-client.ts';
import type { Subject } from '../subject.ts';
import { sizeIn, type LogPlaces } from './log-looking.ts';
import { tilesOf } from './log-questions.ts';

const MOST_ENTRIES = 4_096;

export interface EntriesLook {
  readonly checkpoint: HttpResult;
  /** Entry bundles of its tree, by path below the log. */
  readonly tiles: Readonly<Record<string, HttpResult>>;
}

export async function lookAtEntries(subject: Subject, { log = '' }: LogPlaces): Promise<EntriesLook> {
  const checkpoint = await subject.http(`${log}/checkpoint`);
  const size = Math.min(MOST_ENTRIES, sizeIn(checkpoint) ?? 0);
  const paths = tilesOf(size).filter((path) => path.startsWith('tile/entries/'));
  const tiles = await Promise.all(paths.map(async (path) => [path, await subject.http(`${log}/${path}`)] as const));
  return { checkpoint, tiles: Object.fromEntries(tiles) };
}
