/**
 * An audit (spec 8.7): the whole log of a verified entity read and recomputed, held against its lineage, against what was
 * served before, and against the promises that somebody holds. Going on where an earlier audit ended it reads what is new.
 */
import type { Verification } from '../core/verification/verify-entity.ts';
import { documentDigest } from '../core/canonical.ts';
import { bytesToHex } from '../core/hex.ts';
import { GrowingTree } from '../core/log/growing-tree.ts';
import { validate } from '../core/schema.ts';
import { formatTime } from '../core/time.ts';
import { MdtError, type ErrorCode } from '../core/errors.ts';
import type { AuditVerdict, LogPromise, Verdict } from '../gen/schemas.ts';
import { auditAnchors } from './audit-anchors.ts';
import { auditEntries, type AuditedEntries } from './audit-entries.ts';
import { auditedEntity, logUrlOf, type AuditedEntity } from './audited-entity.ts';
import { auditPromises } from './audit-promises.ts';
import { auditRoots, noteMissing, type AuditedRoots } from './audit-roots.ts';
import { NOTHING_YET, type AuditMemory, type AuditState } from './audit-state.ts';
import { datingRequirement } from './dating-requirement.ts';
import { Findings } from './findings.ts';
import { LogSource } from './log-source.ts';

export interface AuditRequest {
  /** Of the entity, with its canary. */
  readonly verification: Verification;
  readonly promises: readonly LogPromise[];
  /** The auditor's clock, seconds since 1970. */
  readonly now: number;
  /** The auditor's own policy. */
  readonly confirmations: number;
  /** Whether http is good enough for loopback and private hosts. */
  readonly plain: boolean;
}

/** Good verdicts have no code; the requirement by which another was found. */
const REQUIREMENTS: Readonly<Record<string, string>> = {
  MDT_UNPINNED: 'MDT-VER-101',
  MDT_PIN: 'MDT-VER-109',
  MDT_ALTERED: 'MDT-VER-103',
  MDT_SOURCE: 'MDT-VER-102',
  MDT_CONFIRMATIONS: 'MDT-CHN-110',
  MDT_STATUS_CODE: 'MDT-STA-101',
  MDT_STATUS_SEQ: 'MDT-STA-102',
  MDT_STATUS_EXPIRED: 'MDT-STA-103',
  MDT_STATUS_GAP: 'MDT-STA-104',
  MDT_STATUS_STALE: 'MDT-STA-106',
};
/** A refusal of the record or the lineage, whichever rule it broke. */
const OTHER_REQUIREMENT = 'MDT-VER-102';

/**
 * @param state what was learnt before; it learns from an audit that found nothing but lateness
 * @throws MdtError MDT_STATE
 */
export async function audit(request: AuditRequest, state: AuditState): Promise<AuditVerdict> {
  const { verification, now } = request;
  const { verdict } = verification;
  const findings = new Findings();
  noteVerdict(verdict, findings);
  const entity = auditedEntity(verification);
  const read = entity && (await auditLog(entity, request, state, findings));
  return validate('audit-verdict', {
    ...{ audit: 1, verdict: findings.verdict, verification: verdict },
    ...read,
    findings: [...findings.listed],
    ...(findings.omitted > 0 && { omitted: findings.omitted }),
    checked_at: formatTime(now),
  });
}

/** What the verification found, of the entity or of its canary. */
function noteVerdict({ verdict, code, field = '', message = '' }: Verdict, findings: Findings): void {
  if (code === undefined || code === 'MDT_RETIRED') return;
  const [place, told] = [field === '' ? 'the entity' : field, `${verdict}: ${message}`];
  const misdated = verdict === 'TRIPPED' && datingRequirement({ code: code as ErrorCode, field }, 'STA');
  if (misdated) findings.trip(code as ErrorCode, misdated, place, told);
  else findings.add(code as ErrorCode, REQUIREMENTS[code] ?? OTHER_REQUIREMENT, place, told);
}

type Read = Pick<AuditVerdict, 'log' | 'anchors' | 'promises'>;

async function auditLog(
  entity: AuditedEntity,
  { verification, promises, now, plain, confirmations }: AuditRequest,
  state: AuditState,
  findings: Findings,
): Promise<Read> {
  const { chain } = verification;
  const memory = state.recall(entity.entityId) ?? { ...NOTHING_YET, tree: new GrowingTree() };
  const source = await findings.note(
    'MDT-LOG-007',
    'services.activity_log',
    () => new LogSource(logUrlOf(entity), plain),
  );
  if (source === undefined) return {};
  // Roots first: a checkpoint that is asked for after them holds all of their entries.
  const roots = await auditRoots(entity, source, { memory, now, chain, confirmations }, findings);
  const anchors = auditAnchors(entity, roots, chain, findings);
  const entries = await auditEntries(entity, source, { memory, now, roots: roots?.fresh ?? [] }, findings);
  // Roots go on after a RETIRE until they hold all that was promised (MDT-LOG-021).
  if (entity.retired && roots && entries && entries.tree.size > (roots.newest?.root.tree_size ?? 0))
    noteMissing(roots.newest, entity, now, findings);
  const kept =
    promises.length > 0 && roots && entries
      ? await auditPromises(promises, entity, { source, entries, roots, now, sizeOf: sizes(roots, source) }, findings)
      : undefined;
  const isRight = roots !== undefined && entries?.agrees === true && !['BROKEN', 'UNKNOWN'].includes(findings.verdict);
  if (isRight) {
    const { tree, rooted } = entries;
    const seen = { size: tree.size, root: bytesToHex(tree.root()) };
    state.remember(entity.entityId, { ...rooted, seen, roots: roots.all, newest: roots.newest });
  }
  return { log: told(source, memory, roots, entries), anchors, ...(kept && { promises: kept }) };
}

/** Tree sizes of roots: those just read, or one that is read again and is the one that was verified. */
function sizes(roots: AuditedRoots, source: LogSource): (seq: number) => Promise<number> {
  const read = new Map(roots.fresh.map(({ root }) => [root.seq, root.tree_size]));
  return async (seq) => {
    const size = read.get(seq);
    if (size !== undefined) return size;
    for await (const shown of source.roots(seq, seq + 1)) {
      if (shown instanceof MdtError) throw shown;
      if (bytesToHex(documentDigest(shown.activity_root)) === roots.all[seq]?.sha256)
        return shown.activity_root.tree_size;
    }
    throw new MdtError('MDT_LOG_FORK', 'another root than was served before', { field: `root/${seq}` });
  };
}

function told(
  { url }: LogSource,
  memory: AuditMemory,
  roots: AuditedRoots | undefined,
  entries: AuditedEntries | undefined,
): NonNullable<AuditVerdict['log']> {
  const head = (size: number, root: Uint8Array): { tree_size: number; root: string } => ({
    tree_size: size,
    root: bytesToHex(root),
  });
  return {
    url,
    ...(entries && {
      checkpoint: head(entries.checkpoint.size, entries.checkpoint.root),
      recomputed: head(entries.tree.size, entries.tree.root()),
    }),
    entries: { from: memory.seen.size, to: entries?.tree.size ?? memory.seen.size },
    roots: { from: memory.roots.length, to: roots?.all.length ?? memory.roots.length },
    ...(roots?.newest && { newest_root: roots.newest.sha256 }),
  };
}
