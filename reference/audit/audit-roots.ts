/** The roots of a log, from the newest one known to the newest one served (spec 8.5, 8.7). */
import { periodEnd } from '../core/activity-root.ts';
import { documentDigest } from '../core/canonical.ts';
import { bytesToHex } from '../core/hex.ts';
import { MdtError } from '../core/errors.ts';
import type { HeaderChain } from '../core/header-chain.ts';
import { checkRoot, type VerifiedRoot } from '../core/log/root-succession.ts';
import { datingFault } from '../core/verification/document-dating.ts';
import { formatTime } from '../core/time.ts';
import type { HostedActivityRoot } from '../gen/schemas.ts';
import type { AuditedEntity } from './audited-entity.ts';
import { knownRoot, type AuditMemory, type KnownRoot } from './audit-state.ts';
import { datingRequirement } from './dating-requirement.ts';
import type { Findings, Requirements } from './findings.ts';
import type { LogSource } from './log-source.ts';

/** MDT-LOG-021: how long after a period's end its root may come, at the least. */
const MIN_GRACE_SECONDS = 15;

/** By how much clocks may differ. */
const CLOCK_SECONDS = 60;

export interface AuditedRoots {
  /** The newest that was known before. */
  readonly known: VerifiedRoot | undefined;
  /** Those that were not known before, in order. */
  readonly fresh: readonly VerifiedRoot[];
  /** All of them, by their numbers. */
  readonly all: readonly KnownRoot[];
  readonly newest: VerifiedRoot | undefined;
}

/** What roots are held against. */
export interface RootsReader {
  readonly memory: AuditMemory;
  /** The auditor's clock, seconds since 1970. */
  readonly now: number;
  readonly chain: HeaderChain;
  /** The auditor's own policy. */
  readonly confirmations: number;
}

/** Verifies every root that was not known, and sees whether one is late or missing. Ends at the first that is refused. */
export async function auditRoots(
  entity: AuditedEntity,
  source: LogSource,
  { memory, now, chain, confirmations }: RootsReader,
  findings: Findings,
): Promise<AuditedRoots | undefined> {
  const known = memory.newest;
  const first = await findings.note('MDT-LOG-022', 'root', async () => newestRoot(source, known !== undefined));
  if (first === undefined) return undefined;
  const { served } = first;
  const last = served?.activity_root.seq ?? -1;
  if (known && last < known.root.seq) {
    findings.add(
      'MDT_LOG_FORK',
      'MDT-LOG-022',
      'root',
      `root ${known.root.seq} was served before, now ${last} is the newest`,
    );
    return undefined;
  }
  const all = [...memory.roots];
  const fresh: VerifiedRoot[] = [];
  let newest = known;
  let looked = false;
  const requirements = requirementsOf(entity);
  for await (const shown of source.roots(known?.root.seq ?? 0, last + 1)) {
    const isKnown = known !== undefined && newest === known && !looked;
    looked = true;
    const place = `root ${isKnown ? known.root.seq : all.length}`;
    if (shown instanceof MdtError) {
      const { code, field, message } = shown;
      findings.add(code, 'MDT-LOG-022', place, `${field}: ${message}`);
      return undefined;
    }
    if (isKnown) {
      if (bytesToHex(documentDigest(shown.activity_root)) === known.sha256) continue;
      findings.add('MDT_LOG_FORK', 'MDT-LOG-009', place, `another root than before: ${known.sha256} was served`);
      return undefined;
    }
    const before: VerifiedRoot | undefined = newest;
    const verified = await findings.note(requirements, place, () => checkRoot(shown, before, entity));
    if (verified === undefined) return undefined;
    const misdated = datingFault(shown.activity_root, chain, confirmations, '');
    if (misdated) {
      const { code, field, message } = misdated;
      const requirement = datingRequirement(misdated, 'LOG') ?? 'MDT-LOG-110';
      findings.add(code, requirement, place, `${field}: ${message}`);
      return undefined;
    }
    if (isEarly(verified, now)) {
      const message = `written at ${verified.root.created}, and its period ends at ${verified.root.period_end}`;
      findings.add('MDT_LOG_PERIOD', 'MDT-LOG-021', place, message);
      return undefined;
    }
    noteLate(verified, place, entity, findings);
    if (before === undefined) noteLateStart(verified, entity, findings);
    fresh.push(verified);
    all.push(knownRoot(verified));
    newest = verified;
  }
  if (served && newest && bytesToHex(documentDigest(served.activity_root)) !== newest.sha256)
    findings.add(
      'MDT_LOG_FORK',
      'MDT-LOG-022',
      `root ${last}`,
      'the newest root is another than the one of its number',
    );
  if (!entity.retired) noteMissing(newest, entity, now, findings);
  return { known, fresh, all, newest };
}

/** Of an entity that was never succeeded what verifies by no key is nobody's. */
function requirementsOf({ signers }: AuditedEntity): Requirements {
  return {
    ...{ MDT_DIGEST: 'MDT-DOC-112', MDT_SIGNATURE: signers.length > 1 ? 'MDT-LOG-108' : 'MDT-DOC-113' },
    ...{ MDT_SIGNATURE_HIGH_S: 'MDT-DOC-114', MDT_LOG_FORK: 'MDT-LOG-106', others: 'MDT-LOG-105' },
  };
}

/**
 * A log that has no root yet answers 404, and so may anybody between for one that has.
 * @throws MdtError MDT_NOT_FOUND where there are roots, MDT_SOURCE
 */
async function newestRoot(source: LogSource, isKnown: boolean): Promise<{ readonly served?: HostedActivityRoot }> {
  const served = await source.newestRoot();
  if (served) return { served };
  const absent = new MdtError('MDT_NOT_FOUND', 'it is not served, and there are roots');
  if (isKnown) throw absent;
  for await (const first of source.roots(0, 1)) {
    if (!(first instanceof MdtError)) throw absent;
    if (first.code !== 'MDT_NOT_FOUND') throw first;
  }
  return {};
}

/** A period that has not ended has no root yet, by the clock of whoever wrote it and by the auditor's. */
function isEarly({ root: { created, period_end: end } }: VerifiedRoot, now: number): boolean {
  return secondsOf(created) < secondsOf(end) || secondsOf(end) > now + CLOCK_SECONDS;
}

function graceOf(entity: AuditedEntity, record: number): number {
  return Math.max(entity.signers[record]?.logPeriodSeconds ?? 0, MIN_GRACE_SECONDS);
}

function noteLate({ root, record }: VerifiedRoot, place: string, entity: AuditedEntity, findings: Findings): void {
  // Nothing of an entity is served before it is ready; its first periods may have ended by then.
  const late = secondsOf(root.created) - Math.max(secondsOf(root.period_end), entity.readyFrom);
  if (late > graceOf(entity, record))
    findings.add('MDT_LOG_LATE', 'MDT-LOG-021', place, `written ${late} s after the end of its period`);
}

/** The first period holds the time when the entity was ready for the first time (MDT-LOG-020). */
function noteLateStart({ root, record }: VerifiedRoot, entity: AuditedEntity, findings: Findings): void {
  const late = secondsOf(root.period_start) - (entity.readyBy ?? Infinity);
  if (late > graceOf(entity, record))
    findings.add(
      'MDT_LOG_LATE',
      'MDT-LOG-020',
      'root 0',
      `its period begins ${late} s after its entity could be ready`,
    );
}

/** Of an entity that has served none, the first period has ended with the first multiple after it could be ready. */
export function noteMissing(
  newest: VerifiedRoot | undefined,
  entity: AuditedEntity,
  now: number,
  findings: Findings,
): void {
  const last = entity.signers.length - 1;
  const period = entity.signers[last]?.logPeriodSeconds ?? 1;
  const due = periodEnd(newest ? secondsOf(newest.root.period_end) : entity.readyFrom, period);
  if (now <= due + graceOf(entity, last)) return;
  const place = `root ${newest ? newest.root.seq + 1 : 0}`;
  findings.add('MDT_LOG_LATE', 'MDT-LOG-021', place, `is missing; its period ended at ${formatTime(due)}`);
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}
