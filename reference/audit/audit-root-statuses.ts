/** The STATUS that each root names (MDT-LOG-023, MDT-STA-013). */
import type { AuditedEntity, StatusOrder } from './audited-entity.ts';
import type { AuditedRoots } from './audit-roots.ts';
import type { Findings } from './findings.ts';

/** Within a second of one another nobody can say which of two documents came first. */
const SAME_TIME_SECONDS = 1;

export function noteStatuses({ statuses }: AuditedEntity, { known, fresh }: AuditedRoots, findings: Findings): void {
  if (statuses === undefined) return;
  let before = known && statuses.get(known.root.status_digest);
  for (const { root } of fresh) {
    const place = `root ${root.seq}`;
    const named = statuses.get(root.status_digest);
    if (named === undefined) {
      const message = `names the STATUS ${root.status_digest}, which is not served`;
      findings.add('MDT_LOG_ANCHOR', 'MDT-LOG-023', place, message);
      continue;
    }
    const newest = newestServedBefore(Date.parse(root.created) / 1000 - SAME_TIME_SECONDS, statuses);
    if (before && named.seq < before.seq) {
      const message = `names STATUS ${named.seq}, and a root before it names ${before.seq}`;
      findings.add('MDT_LOG_FORK', 'MDT-STA-013', place, message);
    } else if (named.seq < newest)
      findings.add(
        'MDT_STATUS_STALE',
        'MDT-STA-013',
        place,
        `names STATUS ${named.seq}, and ${newest} had to be served before it`,
      );
    if (before === undefined || named.seq > before.seq) before = named;
  }
}

/** The number of the newest that had to be served before a time; -1 where there is none. */
function newestServedBefore(time: number, statuses: ReadonlyMap<string, StatusOrder>): number {
  let newest = -1;
  for (const { seq, servedBy } of statuses.values()) if (servedBy < time) newest = Math.max(newest, seq);
  return newest;
}
