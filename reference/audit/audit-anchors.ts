/** The anchors of a lineage against the documents that are served, and whether one is overdue (spec 8.6, 9.2). */
import type { HeaderChain } from '../core/header-chain.ts';
import type { AuditVerdict } from '../gen/schemas.ts';
import type { AuditedEntity, DocumentAnchor } from './audited-entity.ts';
import type { AuditedRoots } from './audit-roots.ts';
import { noteStatuses } from './audit-root-statuses.ts';
import type { KnownRoot } from './audit-state.ts';
import type { Findings } from './findings.ts';

/** Spec 8.7: how many blocks an anchor may be overdue. */
const GRACE_BLOCKS = 24;

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
  const newest = activity.reduce((most, { digest }) => Math.max(most, numbers.get(digest) ?? -1), -1);
  if (!entity.retired) noteOverdue(entity, roots, newest, chain, findings);
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

/** MDT-LOG-026: since a root was due to be anchored there are blocks in which it could be. */
function noteOverdue(
  { record }: AuditedEntity,
  { all }: AuditedRoots,
  anchored: number,
  chain: HeaderChain,
  findings: Findings,
): void {
  const last = all[anchored];
  const period = record.policy.anchor_period_seconds;
  const isDue = ({ period_end: end }: KnownRoot): boolean =>
    last === undefined || secondsOf(end) - secondsOf(last.period_end) >= period;
  const seq = all.findIndex((root, index) => index > anchored && isDue(root));
  const due = all[seq];
  if (due === undefined) return;
  const blocks = blocksSince(secondsOf(due.created), chain);
  if (blocks <= GRACE_BLOCKS) return;
  const since = last === undefined ? 'none is anchored' : `root ${anchored} was anchored last`;
  findings.add('MDT_LOG_LATE', 'MDT-LOG-026', `root ${seq}`, `due to be anchored for ${blocks} blocks; ${since}`);
}

/** How many blocks of the chain are later than a time. */
function blocksSince(time: number, chain: HeaderChain): number {
  let count = 0;
  for (let { height } = chain.tip; height >= chain.lowest; height -= 1) {
    const header = chain.at(height);
    if (header === undefined || chain.medianTimePast(header) <= time) break;
    count += 1;
  }
  return count;
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}
