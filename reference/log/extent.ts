/**
 * How far the series of documents of a log are. A role keeps it beside its secrets, where a log that is gone, or is
 * another, cannot take it along. It is written after the document and before anybody is shown that: it may be behind the
 * series by what a crash came between, and is never ahead of it.
 */
import { createHash } from 'node:crypto';
import type { BirthRecord } from '../gen/schemas.ts';

export interface Extent {
  /** Documents that were kept. */
  readonly length: number;
  /** Over their digests and signatures, in order: 32 octets, hexadecimal. */
  readonly digest: string;
}

export type SeriesName = 'roots' | 'statuses';

/** Where a role keeps it. */
export interface ExtentBook {
  extentOf(series: SeriesName): Extent;
  /**
   * On disk when this returns.
   * @throws MdtError MDT_STATE where the disk does not take it
   */
  keepExtent(series: SeriesName, extent: Extent): void;
  /** Every record that was written, by whose keys the documents are signed. */
  writtenRecords(): readonly BirthRecord[];
}

export const NOTHING: Extent = { length: 0, digest: '00'.repeat(32) };

/** With one document more. */
export function extended(
  { length, digest }: Extent,
  { sha256, signature }: { readonly sha256: string; readonly signature: string },
): Extent {
  const next = createHash('sha256').update(`${digest}\n${sha256}\n${signature}\n`).digest('hex');
  return { length: length + 1, digest: next };
}
