/**
 * Anchors that came too late, or have not come (MDT-LOG-026). Of most anchors nobody proves the block, so a gap is counted
 * in blocks from when a root was due to be anchored to when the one that was anchored was written: it cannot have been
 * anchored before. Blocks are counted by their median time past at both ends, which is as late at the one as at the other.
 */
import type { HeaderChain } from '../core/header-chain.ts';
import type { AuditedEntity } from './audited-entity.ts';
import type { KnownRoot } from './audit-state.ts';
import type { Findings } from './findings.ts';

/** Spec 8.7: how many blocks an anchor may be overdue. */
const GRACE_BLOCKS = 24;

interface Roots {
  readonly all: readonly KnownRoot[];
  /** By their digests. */
  readonly numbers: ReadonlyMap<string, number>;
}

/** A root that is anchored, or none is yet. */
interface Anchored {
  readonly seq: number;
  readonly periodSeconds: number;
}

/** @returns the number of the newest root that is anchored, -1 where none is */
export function noteOverdue(
  { anchors, record, retired }: AuditedEntity,
  { all, numbers }: Roots,
  chain: HeaderChain,
  findings: Findings,
): number {
  let last: Anchored = { seq: -1, periodSeconds: 0 };
  const note = (periodSeconds: number, until: (due: number) => number): void => {
    // A policy that a SUCCESSOR changed between the two holds for a part of the time: the longer period counts.
    const due = dueAfter(last, Math.max(periodSeconds, last.periodSeconds), all);
    const root = all[due];
    if (root === undefined) return;
    const blocks = until(due) - heightAt(secondsOf(root.created), chain);
    if (blocks <= GRACE_BLOCKS) return;
    const since = last.seq < 0 ? 'none was anchored before' : `root ${last.seq} was anchored before`;
    findings.add('MDT_LOG_LATE', 'MDT-LOG-026', `root ${due}`, `due to be anchored for ${blocks} blocks; ${since}`);
  };
  for (const { kind, digest, anchorPeriodSeconds: periodSeconds, height = 0 } of anchors) {
    const seq = numbers.get(digest);
    if (kind !== 'ACTIVITY_ROOT' || seq === undefined || seq <= last.seq) continue;
    const written = heightAt(secondsOf(all[seq]?.created ?? ''), chain);
    note(periodSeconds, (due) => (due > seq ? 0 : Math.max(written, height - 1)));
    last = { seq, periodSeconds };
  }
  if (!retired) note(record.policy.anchor_period_seconds, () => chain.tip.height);
  return last.seq;
}

/** The number of the first root that is due to be anchored after one; that of no root where none is. */
function dueAfter({ seq: last }: Anchored, periodSeconds: number, all: readonly KnownRoot[]): number {
  const anchored = all[last];
  let seq = last + 1;
  if (anchored === undefined) return seq;
  const from = secondsOf(anchored.period_end) + periodSeconds;
  for (let root = all[seq]; root !== undefined && secondsOf(root.period_end) < from; root = all[seq]) seq += 1;
  return seq;
}

/** The height of the last block whose median time past is not later than a time; of those there are headers of. */
function heightAt(time: number, chain: HeaderChain): number {
  let [low, high] = [chain.lowest - 1, chain.tip.height];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const header = chain.at(middle);
    if (header !== undefined && chain.medianTimePast(header) <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}
