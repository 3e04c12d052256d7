/** The blocks that the documents of a log and a canary name, as the scene's own chain has them. */
import { answeredJson, type HttpResult } from '../http-client.ts';
import type { World } from '../world.ts';
import type { LogLook } from './log-looking.ts';

export interface NamedBlock {
  readonly hash: string;
  /** Median time past (BIP-113), seconds since 1970. */
  readonly mediantime: number;
}

/** By height. A height that is named and is above the tip is not among them. */
export type NamedBlocks = ReadonlyMap<number, NamedBlock>;

/** A target that names more is not believed to mean it. */
const MOST_BLOCKS = 1_000;

export async function namedBlocks(
  { index }: World,
  { looks }: { readonly looks: readonly LogLook[] },
): Promise<NamedBlocks> {
  const results = looks.flatMap(({ roots, statuses }) => [...roots.each, ...statuses.each]);
  const heights = results.flatMap(heightsIn);
  const tip = await index.tipHeight();
  const named = [...new Set(heights)].filter((height) => isHeight(height) && height <= tip).slice(0, MOST_BLOCKS);
  const blocks = await Promise.all(
    named.map(async (height) => [height as number, await index.blockAt(height as number)] as const),
  );
  return new Map(blocks.map(([height, { hash, mediantime }]) => [height, { hash, mediantime }]));
}

function isHeight(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

interface Naming {
  readonly freshness?: { readonly height?: unknown };
  readonly chain?: { readonly checkpoint?: { readonly height?: unknown } };
}

function heightsIn(result: HttpResult): unknown[] {
  const envelope = (answeredJson(result) ?? {}) as { activity_root?: Naming; status?: Naming };
  const { freshness, chain } = envelope.activity_root ?? envelope.status ?? {};
  return [freshness?.height, chain?.checkpoint?.height];
}
