/** What of a verified entity an audit rests on: its records, the chain, and what its lineage is anchored by. */
import { readEnvelope } from '../core/hosted-record.ts';
import { bytesToHex, parseHex } from '../core/hex.ts';
import { verifyLineage, type VerifiedLineage } from '../core/lineage-proof.ts';
import type { RootSigner } from '../core/log/root-succession.ts';
import { MdtError } from '../core/errors.ts';
import { inForce, readSuccession, type Succession } from '../core/succession.ts';
import { BLOCKS_TO_CLOSE } from '../core/verification/chain-steps.ts';
import type { Verification } from '../core/verification/verify-entity.ts';
import type { BirthRecord, HostedStatus } from '../gen/schemas.ts';

/** An ACTIVITY_ROOT or STATUS of the lineage. */
export interface DocumentAnchor {
  readonly link: number;
  readonly kind: 'ACTIVITY_ROOT' | 'STATUS';
  /** 32 octets, hexadecimal. */
  readonly digest: string;
  /** `policy.anchor_period_seconds` of the record in force before it. */
  readonly anchorPeriodSeconds: number;
  /** Of its block, where the lineage proves it: confirmed descendants imply confirmed ancestors (MDT-PRF-007). */
  readonly height?: number;
}

export interface AuditedEntity {
  readonly entityId: string;
  /** In force. */
  readonly record: BirthRecord;
  readonly signers: readonly RootSigner[];
  /** `keys.log` of each record, the newest first. */
  readonly logKeys: readonly Uint8Array[];
  readonly anchors: readonly DocumentAnchor[];
  readonly retired: boolean;
  /** Seconds since 1970: before that its BIRTH was not deep enough for it to be ready. */
  readonly readyFrom: number;
  /**
   * Seconds since 1970: by then the BIRTH was so deep, whatever time its miner wrote. As MDT-VER-106 the median time past of
   * the sixth block after; absent until there is one.
   */
  readonly readyBy: number | undefined;
  /** The STATUSes that are served or known, by their digests, hexadecimal; absent where nobody looked. */
  readonly statuses: ReadonlyMap<string, StatusOrder> | undefined;
}

export interface StatusOrder {
  readonly seq: number;
  /**
   * When it was served at the latest, in seconds since 1970: by `next_due` of the one before (MDT-STA-008). `created` does not
   * tell: a STATUS is made by hand, and elsewhere. Of one that nobody knows the one before, never.
   */
  readonly servedBy: number;
}

/** Verdicts whose record and lineage are verified. */
const VERIFIED: readonly string[] = ['VERIFIED', 'ACTIVE', 'STALE', 'TRIPPED', 'RETIRED', 'UNPINNED'];

/** `undefined` where record and lineage are not verified, or it is no entity that has a log. */
export function auditedEntity({ verdict, octets, statuses, chain }: Verification): AuditedEntity | undefined {
  if (octets === undefined || !VERIFIED.includes(verdict.verdict) || verdict.code === 'MDT_LINEAGE_BROKEN')
    return undefined;
  const hosted = readEnvelope(octets);
  const records: Succession = readSuccession(hosted);
  const { record } = inForce(records);
  const lineage = verifyLineage(records, hosted.lineage, '/lineage');
  const { proven } = lineage;
  const birth = proven.find(({ index }) => index === 0)?.proof.locator.height ?? 0;
  const ready = birth + records[0].record.policy.confirmations - 1;
  const sixth = chain.at(ready + BLOCKS_TO_CLOSE);
  return {
    ...{ entityId: bytesToHex(records[0].digest), record },
    ...{ signers: signersOf(records, lineage), anchors: anchorsOf(lineage, record) },
    logKeys: records.flatMap(({ record: each }) => logKeyOf(each) ?? []).reverse(),
    retired: verdict.verdict === 'RETIRED',
    readyFrom: chain.at(ready)?.time ?? 0,
    readyBy: sixth && chain.medianTimePast(sixth),
    statuses: statuses && ordered(statuses),
  };
}

function anchorsOf({ links, proven }: VerifiedLineage, inForce: BirthRecord): DocumentAnchor[] {
  return links.flatMap(({ payload, before }, link): DocumentAnchor[] => {
    if (payload.kind !== 'ACTIVITY_ROOT' && payload.kind !== 'STATUS') return [];
    const { policy } = before?.record ?? inForce;
    const height = proven.find(({ index }) => index === link)?.proof.locator.height;
    return [
      {
        ...{ link, kind: payload.kind, digest: bytesToHex(payload.digest) },
        ...{ anchorPeriodSeconds: policy.anchor_period_seconds, ...(height !== undefined && { height }) },
      },
    ];
  });
}

/** Each SUCCESSOR up to the newest proven link has its record, and a proof (MDT-PRF-007). */
function signersOf(records: Succession, { links, proven }: VerifiedLineage): RootSigner[] {
  const successors = links.flatMap(({ payload }, index) => (payload.kind === 'SUCCESSOR' ? [index] : []));
  return records.map(({ key, record: { policy } }, index): RootSigner => {
    const height = proven.find((link) => link.index === successors[index])?.proof.locator.height;
    return {
      ...{ key, logPeriodSeconds: policy.log_period_seconds },
      ...(height !== undefined && { succeededAt: height + policy.confirmations - 1 }),
    };
  });
}

function logKeyOf({ keys }: BirthRecord): Uint8Array | undefined {
  return keys.log !== undefined ? parseHex(keys.log, 'MDT_SCHEMA', '/keys/log', 32) : undefined;
}

/** The texts were read and their digests compared before. */
function ordered(texts: readonly string[]): ReadonlyMap<string, StatusOrder> {
  const hosted = texts.map((text) => JSON.parse(text) as HostedStatus);
  const due = new Map(hosted.map(({ status }) => [status.seq, secondsOf(status.next_due)]));
  return new Map(
    hosted.map(({ sha256, status: { seq, created } }) => {
      const promised = seq === 0 ? 0 : (due.get(seq - 1) ?? Infinity);
      return [sha256, { seq, servedBy: Math.max(secondsOf(created), promised) }];
    }),
  );
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}

/** @throws MdtError MDT_NOT_FOUND for an entity without a log */
export function logUrlOf({ record }: AuditedEntity): string {
  const { activity_log: url } = record.services;
  if (url === undefined)
    throw new MdtError('MDT_NOT_FOUND', 'an entity without an activity log', { field: '/services' });
  return url;
}
