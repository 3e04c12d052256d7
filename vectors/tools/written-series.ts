/** Series of signed documents of the example entity: STATUSes and activity roots, right but for what is asked to be wrong. */
import type { ActivityRoot, BlockRef, HostedActivityRoot, HostedStatus, Status } from '../../reference/gen/schemas.ts';
import { treeRoot } from '../../conformance/oracle/log-tree.ts';
import { hashesOf } from './example-activity.ts';
import { ANCHOR_KEYS, digestOfRecord } from './example-record.ts';
import { keyOf, signDigest } from './keys.ts';
import { rfc3339 } from './recorded-headers.ts';
import { RECORD, RECORDS } from './recorded-proofs.ts';

export const CODES: readonly Status['codes'][number][] = [
  'WAR',
  'GAG',
  'SUBP',
  'TRAP',
  'CEASE',
  'DURESS',
  'RAID',
  'SEIZE',
  'XCRED',
  'XOPERS',
];
const ENTITY = digestOfRecord(RECORD).toString('hex');
const FRESHNESS: BlockRef = RECORD.freshness;
export const MAX_AGE: number = RECORD.policy.canary_max_age_seconds;
export const DUE: number = MAX_AGE / 2;
export const PERIOD: number = RECORD.policy.log_period_seconds;

export interface StatusPlan {
  /** `created`, seconds since 1970. */
  at: number;
  /** Index of the record in force. */
  record?: number;
  /** Codes that it lacks. */
  lacks?: readonly Status['codes'][number][];
  /** Anything else that it says otherwise. */
  says?: Partial<Status>;
  /** Name of the key that signs. */
  key?: string;
}

/** The STATUSes of these plans, each upon the one before. */
export function statuses(...plans: StatusPlan[]): HostedStatus[] {
  const series: HostedStatus[] = [];
  for (const plan of plans) series.push(statusUpon(series.at(-1), plan));
  return series;
}

export function statusUpon(before: HostedStatus | undefined, plan: StatusPlan): HostedStatus {
  const { at, record = 0, lacks = [], says = {}, key = 'status' } = plan;
  const inForce = RECORDS[record];
  if (!inForce) throw new Error(`there is no record ${String(record)}`);
  const status: Status = {
    type: 'milagro-status',
    spec: '1.0',
    chain: RECORD.chain,
    created: rfc3339(at),
    freshness: FRESHNESS,
    entity_id: ENTITY,
    record: digestOfRecord(inForce).toString('hex'),
    seq: before ? before.status.seq + 1 : 0,
    previous: before?.sha256 ?? ENTITY,
    next_due: rfc3339(at + DUE),
    expires: rfc3339(at + MAX_AGE),
    codes: CODES.filter((code) => !lacks.includes(code)),
    ...says,
  };
  return signedStatus(status, key);
}

export function signedStatus(status: Status, key = 'status'): HostedStatus {
  const digest = digestOfRecord(status);
  const signature = signDigest(status.type, digest, keyOf(key));
  return { status, sha256: digest.toString('hex'), signature: signature.toString('hex') };
}

export interface RootPlan {
  /** Entries before `period_end`; the root is that of their tree. */
  entries: readonly Buffer[];
  says?: Partial<ActivityRoot>;
  /** Index of the anchor key that signs. */
  key?: number;
  /** The period, where it is another than that of the record. */
  period?: number;
}

/** The roots of these plans, each upon the one before, the first period beginning at `start`. */
export function roots(start: number, ...plans: RootPlan[]): HostedActivityRoot[] {
  const series: HostedActivityRoot[] = [];
  for (const plan of plans) series.push(rootUpon(series.at(-1), start, plan));
  return series;
}

function rootUpon(before: HostedActivityRoot | undefined, first: number, plan: RootPlan): HostedActivityRoot {
  const { entries, says = {}, key = 0, period = PERIOD } = plan;
  const start = before ? Date.parse(before.activity_root.period_end) / 1000 : first;
  const end = (Math.floor(start / period) + 1) * period;
  const root: ActivityRoot = {
    type: 'milagro-activity-root',
    spec: '1.0',
    chain: RECORD.chain,
    created: rfc3339(end + 1),
    freshness: FRESHNESS,
    entity_id: ENTITY,
    seq: before ? before.activity_root.seq + 1 : 0,
    previous: before?.sha256 ?? ENTITY,
    period_start: rfc3339(start),
    period_end: rfc3339(end),
    tree_size: entries.length,
    root: treeRoot(hashesOf(entries)).toString('hex'),
    status_digest: statuses({ at: first - 60 })[0]?.sha256 ?? '',
    ...says,
  };
  return signedRoot(root, key);
}

export function signedRoot(root: ActivityRoot, key = 0): HostedActivityRoot {
  const digest = digestOfRecord(root);
  const signature = signDigest(root.type, digest, ANCHOR_KEYS[key] ?? ANCHOR_KEYS[0]);
  return { activity_root: root, sha256: digest.toString('hex'), signature: signature.toString('hex') };
}
