/** Which record of an entity is hosted, and with what behind it (spec 3.2; MDT-REC-019, -020; MDT-RET-002). */
import type { Link } from '../chain/lineage/lineage-path.ts';
import type { BirthRecord } from '../gen/schemas.ts';
import type { KeptRecord, KeptRetirement } from './state.ts';

export interface RecordInForce {
  /** The first record first; the last is the one in force. */
  readonly records: readonly KeptRecord[];
  /** Confirmed anchors, the BIRTH first. */
  readonly links: readonly Link[];
  /** Indexes of the links that are proven, ascending. */
  readonly proven: readonly number[];
  /** Index of the link that anchors the record in force. */
  readonly anchor: number;
  /** Of that link. */
  readonly blockHash: string;
  readonly confirmations: number;
  /** Where a RETIRE is deep enough. */
  readonly retirement?: KeptRetirement;
}

interface Kept {
  readonly records: readonly KeptRecord[];
  readonly retirement: KeptRetirement | undefined;
}

/**
 * The record in force under a tip: the newest whose anchor has `policy.confirmations` of the record before.
 * @returns `undefined` where the BIRTH is not deep enough
 */
export function recordInForce({ records, retirement }: Kept, links: readonly Link[]): RecordInForce | undefined {
  const anchors = links.flatMap(({ kind }, index) => (kind === 'BIRTH' || kind === 'SUCCESSOR' ? [index] : []));
  const deep = (index: number, needed: number): boolean => (links[index]?.confirmations ?? 0) >= needed;
  let count = 0;
  while (count < anchors.length && deep(anchors[count] ?? 0, depthOf(records[Math.max(0, count - 1)]))) count += 1;
  const anchor = anchors[count - 1];
  const link = anchor === undefined ? undefined : links[anchor];
  if (anchor === undefined || link === undefined) return undefined;
  const needed = depthOf(records[count - 1]);
  const newest = links.findLastIndex((_, index) => deep(index, needed));
  const retired = links.findIndex(({ kind }) => kind === 'RETIRE');
  const isRetired = retired >= 0 && retirement !== undefined && count === anchors.length && deep(retired, needed);
  const proven = new Set([
    ...anchors.slice(0, count),
    ...(newest >= 0 ? [newest] : []),
    ...(isRetired ? [retired] : []),
  ]);
  return {
    records: records.slice(0, count),
    links,
    proven: [...proven].sort((a, b) => a - b),
    anchor,
    blockHash: link.blockHash,
    confirmations: link.confirmations,
    ...(isRetired && { retirement }),
  };
}

/** `policy.confirmations` of a record. */
function depthOf(kept: KeptRecord | undefined): number {
  return kept === undefined ? Infinity : (JSON.parse(kept.record) as BirthRecord).policy.confirmations;
}
