/**
 * The state of a canary (spec 9.3): from the STATUSes of an answer, those known from before and a time to a state, with
 * the code of what led to it. Whether record and lineage are verified is decided before.
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import type { HostedStatus, Status } from '../../gen/schemas.ts';
import { documentDigest } from '../canonical.ts';
import { verifyDigestSignature } from '../document-signature.ts';
import { MdtError, type ErrorCode } from '../errors.ts';
import { bytesToHex } from '../hex.ts';
import { STATUS_CODES, type StatusCode } from '../status.ts';
import { MAX_AHEAD_SECONDS } from '../time.ts';

/** What a record says of its STATUSes. */
export interface StatusSigner {
  /** Of the record, hexadecimal. */
  readonly digest: string;
  /** `keys.status`, 33 octets. */
  readonly key: Uint8Array;
  readonly maxAgeSeconds: number;
}

export interface CanaryQuestion {
  /** 32 octets, hexadecimal. */
  readonly entityId: string;
  /** Of each record of the entity, the first one first; the last is in force. */
  readonly signers: readonly StatusSigner[];
  /** What an answer shows; nothing where there was none. */
  readonly shown: readonly HostedStatus[];
  /** What was believed before. */
  readonly known: readonly HostedStatus[];
  /** Seconds since 1970: the later of the reader's clock and the median time past of its tip. */
  readonly now: number;
  /**
   * What the reader's headers say of the chain, the block and the time that a STATUS names (MDT-STA-108 to -110): a fault,
   * or MDT_SOURCE where they do not tell. Absent where there are no headers.
   */
  readonly misdated?: (status: Status) => MdtError | undefined;
}

export interface CanaryFinding {
  readonly state: 'ACTIVE' | 'STALE' | 'TRIPPED' | 'UNKNOWN';
  /** Absent for ACTIVE; `field` names the member of the STATUS that it is about. */
  readonly fault?: MdtError;
  /** The newest STATUS that counts. */
  readonly newest?: HostedStatus;
  /** Codes that a STATUS of the record in force lacks. */
  readonly lacks: readonly StatusCode[];
  /** All that is believed from now on, with what was known before; what contradicts it, too (MDT-STA-107). */
  readonly believed: readonly HostedStatus[];
  /** Why the answer says nothing, where it does. */
  readonly doubt?: MdtError;
}

/** What becomes of a canary by other codes than those that trip it. */
const OTHER_STATES: Readonly<Partial<Record<ErrorCode, CanaryFinding['state']>>> = {
  MDT_STATUS_STALE: 'STALE',
  MDT_SOURCE: 'UNKNOWN',
};

export function canaryState(question: CanaryQuestion): CanaryFinding {
  const { entityId, signers, shown, known, now, misdated = () => undefined } = question;
  const { doubt, series, believed } = readAnswer(shown, known, signers);
  const shownAndKnown = { believed, ...(doubt && { doubt }) };
  const newest = series.at(-1)?.[0];
  if (newest === undefined) {
    const fault = doubt ?? new MdtError('MDT_SOURCE', 'no STATUS came, and none is known', { field: '/status' });
    return { ...shownAndKnown, state: 'UNKNOWN', fault, lacks: [] };
  }
  const current = series.flatMap(([each]) => (each?.status.record === newest.status.record ? [each.status] : []));
  const lacks = STATUS_CODES.filter((code) => current.some(({ codes }) => !codes.includes(code)));
  const dates = current.flatMap((status) => misdated(status) ?? []);
  const fault =
    disorderIn(series, entityId, signers) ??
    ahead(newest, now) ??
    triggered(lacks) ??
    silenceIn(current, signers) ??
    dates.find(({ code }) => code !== 'MDT_SOURCE') ??
    expiry(newest, now) ??
    dates[0] ??
    lateness(newest, now);
  const state = fault === undefined ? 'ACTIVE' : (OTHER_STATES[fault.code] ?? 'TRIPPED');
  return { ...shownAndKnown, state, newest, lacks, ...(fault && { fault }) };
}

interface Answer {
  readonly doubt?: MdtError;
  /** By number, each with what contradicts it. */
  readonly series: readonly (readonly HostedStatus[])[];
  readonly believed: readonly HostedStatus[];
}

/** An answer in doubt says nothing, neither good nor bad; then what is known counts alone. */
function readAnswer(
  shown: readonly HostedStatus[],
  known: readonly HostedStatus[],
  signers: readonly StatusSigner[],
): Answer {
  try {
    for (const [index, each] of shown.entries()) checkSigned(each, signers, `/statuses/${index}`);
    return seriesOf([...known, ...shown]);
  } catch (doubt) {
    if (!(doubt instanceof MdtError)) throw doubt;
    try {
      return { ...seriesOf(known), doubt };
    } catch (hole) {
      if (!(hole instanceof MdtError)) throw hole;
      return { doubt, series: [], believed: known };
    }
  }
}

/** @throws MdtError MDT_SOURCE where a number is missing */
function seriesOf(statuses: readonly HostedStatus[]): Answer {
  const byDigest = new Map(statuses.map((each) => [each.sha256, each]));
  const believed = [...byDigest.values()].sort((a, b) => a.status.seq - b.status.seq);
  const series: HostedStatus[][] = [];
  for (const each of believed) {
    const { seq } = each.status;
    if (seq > series.length) throw inDoubt(`number ${series.length} is missing`, '/statuses');
    if (seq === series.length) series.push([each]);
    else series[seq]?.push(each);
  }
  return { series, believed };
}

function checkSigned({ status, sha256, signature }: HostedStatus, signers: readonly StatusSigner[], at: string): void {
  const digest = documentDigest(status);
  if (bytesToHex(digest) !== sha256) throw inDoubt('not the digest of the STATUS', `${at}/sha256`);
  const signer = signers.find((each) => each.digest === status.record);
  if (!signer) throw inDoubt('no record of the entity', `${at}/status/record`);
  try {
    verifyDigestSignature('milagro-status', digest, hexToBytes(signature), signer.key);
  } catch (cause) {
    if (!(cause instanceof MdtError)) throw cause;
    throw inDoubt('not signed by keys.status of its record', `${at}/signature`, cause);
  }
}

/** MDT-STA-102 and MDT-STA-105. */
function disorderIn(
  series: Answer['series'],
  entityId: string,
  signers: readonly StatusSigner[],
): MdtError | undefined {
  const placeOf = ({ record }: Status): number => signers.findIndex(({ digest }) => digest === record);
  let before: HostedStatus | undefined;
  for (const [seq, [first, ...others]] of series.entries()) {
    if (!first) continue;
    const { status } = first;
    const broken = (member: string, message: string): MdtError =>
      new MdtError('MDT_STATUS_SEQ', `STATUS ${seq}: ${message}`, { field: `/status/${member}` });
    if (others.length > 0) return broken('seq', 'there is another of this number');
    if (status.entity_id !== entityId) return broken('entity_id', 'of another entity');
    if (status.previous !== (before?.sha256 ?? entityId)) return broken('previous', 'not the one before');
    if (before && placeOf(status) < placeOf(before.status)) return broken('record', 'was succeeded before');
    if (before && secondsOf(status.created) < secondsOf(before.status.created)) return broken('created', 'dated back');
    before = first;
  }
  return undefined;
}

/** MDT-STA-111. By MDT-STA-105 no STATUS is dated later than the newest. */
function ahead({ status: { created } }: HostedStatus, now: number): MdtError | undefined {
  if (secondsOf(created) <= now + MAX_AHEAD_SECONDS) return undefined;
  return new MdtError('MDT_STATUS_SEQ', 'dated more than two hours ahead', { field: '/status/created' });
}

/** MDT-STA-101. */
function triggered(lacks: readonly StatusCode[]): MdtError | undefined {
  if (lacks.length === 0) return undefined;
  return new MdtError('MDT_STATUS_CODE', `${lacks.join(', ')} triggered`, { field: '/status/codes' });
}

/** MDT-STA-104, among the STATUSes of one record. */
function silenceIn(current: readonly Status[], signers: readonly StatusSigner[]): MdtError | undefined {
  const most = signers.find(({ digest }) => digest === current[0]?.record)?.maxAgeSeconds ?? 0;
  for (const [index, { seq, created, expires }] of current.entries()) {
    const next = current[index + 1];
    const [since, until] = [secondsOf(created), next && secondsOf(next.created)];
    if (until !== undefined && until - since > most)
      return new MdtError('MDT_STATUS_GAP', `${until - since} s after STATUS ${seq}, ${most} at the most`, {
        field: '/status/created',
      });
    if (secondsOf(expires) - since > most)
      return new MdtError('MDT_STATUS_GAP', `STATUS ${seq} lives longer than ${most} s`, { field: '/status/expires' });
  }
  return undefined;
}

/** MDT-STA-103. */
function expiry({ status: { expires } }: HostedStatus, now: number): MdtError | undefined {
  if (now <= secondsOf(expires)) return undefined;
  return new MdtError('MDT_STATUS_EXPIRED', `expired at ${expires}`, { field: '/status/expires' });
}

/** MDT-STA-106. */
function lateness({ status: { next_due: due } }: HostedStatus, now: number): MdtError | undefined {
  if (now > secondsOf(due))
    return new MdtError('MDT_STATUS_STALE', `the next was due at ${due}`, { field: '/status/next_due' });
  return undefined;
}

function inDoubt(message: string, field: string, cause?: unknown): MdtError {
  return new MdtError('MDT_SOURCE', message, { field, ...(cause !== undefined && { cause }) });
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}
