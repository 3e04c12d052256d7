/** The canary (spec 9.3): from the STATUSes that are shown and those that are known to a state and a code. */
import type { HostedStatus, Status } from '../../reference/gen/schemas.ts';
import { canonicalOctets, sha256 } from './digest.ts';
import { hasLowS, verifies } from './signature.ts';

/** Of a record of the entity, the first one first. */
export interface StatusRecord {
  readonly digest: string;
  /** `keys.status`, hexadecimal. */
  readonly status_key: string;
  readonly canary_max_age_seconds: number;
}

export interface CanaryQuestion {
  readonly entity_id: string;
  /** The last one is in force. */
  readonly records: readonly StatusRecord[];
  readonly shown: readonly HostedStatus[];
  /** What the reader had verified before. */
  readonly known: readonly HostedStatus[];
  /** Seconds since 1970. */
  readonly now: number;
  /** The code by which a STATUS is of another chain or time than the reader's headers, where there are headers. */
  readonly dated?: (status: Status) => string | undefined;
}

export interface CanaryState {
  readonly state: 'ACTIVE' | 'STALE' | 'TRIPPED' | 'UNKNOWN';
  readonly code?: string;
}

/** In the order of 9.1. */
export const CODES = ['WAR', 'GAG', 'SUBP', 'TRAP', 'CEASE', 'DURESS', 'RAID', 'SEIZE', 'XCRED', 'XOPERS'] as const;

/** MDT-STA-111 */
const TWO_HOURS = 7_200;

export function judgeCanary(question: CanaryQuestion): CanaryState {
  const { entity_id, records, shown, known, now, dated } = question;
  const believed = shown.every((hosted) => isSigned(hosted, records)) ? shown : [];
  const series = [...known, ...believed];
  const numbers = [...new Set(series.map(({ status }) => status.seq))].sort((a, b) => a - b);
  const newest = numbers.at(-1);
  if (newest === undefined || numbers.length !== newest + 1) {
    // Not shown, or not shown whole: what is known from before counts, where that is whole.
    return known.length > 0 && believed.length > 0
      ? judgeCanary({ ...question, shown: [] })
      : { state: 'UNKNOWN', code: 'MDT_SOURCE' };
  }
  const statuses = numbers.map((seq) => series.filter(({ status }) => status.seq === seq).map(({ status }) => status));
  const firsts = statuses.map(([first]) => first as Status);
  const last = firsts.at(-1) as Status;
  const isAhead = firsts.some(({ created }) => seconds(created) - now > TWO_HOURS);
  const dates = firsts.filter(({ record }) => record === last.record).map((each) => dated?.(each));
  const tripped =
    brokenSeries(statuses, entity_id, records) ??
    (isAhead ? 'MDT_STATUS_SEQ' : undefined) ??
    trippedBy(firsts, records) ??
    dates.find((code) => code !== undefined && code !== 'MDT_SOURCE');
  if (tripped !== undefined) return { state: 'TRIPPED', code: tripped };
  if (now > seconds(last.expires)) return { state: 'TRIPPED', code: 'MDT_STATUS_EXPIRED' };
  if (dates.includes('MDT_SOURCE')) return { state: 'UNKNOWN', code: 'MDT_SOURCE' };
  if (now > seconds(last.next_due)) return { state: 'STALE', code: 'MDT_STATUS_STALE' };
  return { state: 'ACTIVE' };
}

/** By `keys.status` of the record that it names, with the digest that is stated. */
function isSigned({ status, sha256: stated, signature }: HostedStatus, records: readonly StatusRecord[]): boolean {
  const record = records.find(({ digest }) => digest === status.record);
  const digest = sha256(canonicalOctets(status));
  if (!record || digest.toString('hex') !== stated) return false;
  const octets = Buffer.from(signature, 'hex');
  return hasLowS(octets) && verifies('MDT/1/milagro-status', digest, octets, Buffer.from(record.status_key, 'hex'));
}

/** MDT-STA-102, MDT-STA-105 */
function brokenSeries(
  byNumber: readonly (readonly Status[])[],
  entityId: string,
  records: readonly StatusRecord[],
): string | undefined {
  let before: Status | undefined;
  for (const versions of byNumber) {
    const [status] = versions;
    if (!status || new Set(versions.map(digestOf)).size > 1) return 'MDT_STATUS_SEQ';
    const orderOf = ({ record }: Status): number => records.findIndex(({ digest }) => digest === record);
    const follows =
      status.entity_id === entityId &&
      status.previous === (before ? digestOf(before) : entityId) &&
      (!before || (orderOf(status) >= orderOf(before) && seconds(status.created) >= seconds(before.created)));
    if (!follows) return 'MDT_STATUS_SEQ';
    before = status;
  }
  return undefined;
}

/** MDT-STA-101, MDT-STA-104: of the STATUSes of the record that the newest names. */
function trippedBy(statuses: readonly Status[], records: readonly StatusRecord[]): string | undefined {
  const current = statuses.filter(({ record }) => record === statuses.at(-1)?.record);
  if (current.some(({ codes }) => CODES.some((code) => !codes.includes(code)))) return 'MDT_STATUS_CODE';
  const most = records.find(({ digest }) => digest === current[0]?.record)?.canary_max_age_seconds ?? 0;
  const tooLong = current.some(({ created, expires }, index) => {
    const next = current[index + 1];
    const silence = next ? seconds(next.created) - seconds(created) : 0;
    return silence > most || seconds(expires) - seconds(created) > most;
  });
  return tooLong ? 'MDT_STATUS_GAP' : undefined;
}

function digestOf(status: Status): string {
  return sha256(canonicalOctets(status)).toString('hex');
}

function seconds(time: string): number {
  return Date.parse(time) / 1000;
}
