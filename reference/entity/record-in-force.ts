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
 * The record in force under a tip: the newest whose anchor is deep enough. Each link needs the `policy.confirmations`
 * of the record in force before it.
 * @returns `undefined` where the BIRTH is not deep enough
 */
export function recordInForce({ records, retirement }: Kept, links: readonly Link[]): RecordInForce | undefined {
  const depths = records.map(policyDepth);
  const deep = (link: Link | undefined): boolean =>
    link !== undefined && link.confirmations >= (depths[link.generation] ?? Infinity);
  const anchors = links.flatMap(({ kind }, index) => (kind === 'BIRTH' || kind === 'SUCCESSOR' ? [index] : []));
  const shallow = anchors.findIndex((index) => !deep(links[index]));
  const count = shallow < 0 ? anchors.length : shallow;
  const anchor = anchors[count - 1];
  const link = anchor === undefined ? undefined : links[anchor];
  if (anchor === undefined || link === undefined) return undefined;
  const retired = links.findIndex((each) => each.kind === 'RETIRE' && deep(each));
  const isRetired = retired >= 0 && retirement !== undefined && count === anchors.length;
  const proven = new Set([...anchors.slice(0, count), links.findLastIndex(deep), ...(isRetired ? [retired] : [])]);
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
export function policyDepth({ record }: KeptRecord): number {
  return (JSON.parse(record) as BirthRecord).policy.confirmations;
}
