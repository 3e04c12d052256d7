/** The anchors of a lineage against the documents that are served, and whether one is overdue (spec 8.6, 9.2). */
import type { HeaderChain } from '../core/header-chain.ts';
import type { AuditVerdict } from '../gen/schemas.ts';
import type { AuditedEntity, DocumentAnchor } from './audited-entity.ts';
import type { AuditedRoots } from './audit-roots.ts';
import { noteStatuses } from './audit-root-statuses.ts';
import { noteOverdue } from './overdue-anchors.ts';
import type { Findings } from './findings.ts';

/** @param roots `undefined` where the roots could not be read as a whole: then only the STATUSes are looked at */
export function auditAnchors(
  entity: AuditedEntity,
  roots: AuditedRoots | undefined,
  chain: HeaderChain,
  findings: Findings,
): NonNullable<AuditVerdict['anchors']> {
  const of = (kind: DocumentAnchor['kind']): DocumentAnchor[] => entity.anchors.filter((each) => each.kind === kind);
  const [activity, statuses] = [of('ACTIVITY_ROOT'), of('STATUS')];
  if (entity.statuses) noteNobodys(statuses, (digest) => entity.statuses?.has(digest) === true, findings);
  if (roots === undefined) return { activity_roots: activity.length, statuses: statuses.length };
  const numbers = new Map(roots.all.map(({ sha256 }, seq) => [sha256, seq]));
  noteNobodys(activity, (digest) => numbers.has(digest), findings);
  noteOrder(activity, numbers, findings);
  noteStatuses(entity, roots, findings);
  const newest = noteOverdue(entity, { numbers, all: roots.all }, chain, findings);
  return { activity_roots: activity.length, statuses: statuses.length, ...(newest >= 0 && { newest_seq: newest }) };
}

function noteNobodys(anchors: DocumentAnchor[], isServed: (digest: string) => boolean, findings: Findings): void {
  for (const { link, kind, digest } of anchors) {
    if (isServed(digest)) continue;
    const requirement = kind === 'STATUS' ? 'MDT-STA-010' : 'MDT-LOG-024';
    findings.add('MDT_LOG_ANCHOR', requirement, `link ${link}`, `${kind} ${digest}, which is not served`);
  }
}

/** MDT-LOG-025 */
function noteOrder(anchors: DocumentAnchor[], numbers: ReadonlyMap<string, number>, findings: Findings): void {
  let before = -1;
  for (const { link, digest } of anchors) {
    const seq = numbers.get(digest);
    if (seq === undefined) continue;
    if (seq <= before)
      findings.add('MDT_LOG_FORK', 'MDT-LOG-025', `link ${link}`, `root ${seq} is anchored after root ${before}`);
    before = Math.max(before, seq);
  }
}
