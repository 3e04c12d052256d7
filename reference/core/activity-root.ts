/** Activity roots: the signed size and root of a log at the end of each period (spec 8.5). */
import type { ActivityRoot, BlockRef, Chain } from '../gen/schemas.ts';
import { validate } from './schema.ts';
import { formatTime } from './time.ts';

/** The end of the period that begins at a time: the first multiple of `periodSeconds` later than it (MDT-LOG-019). Seconds since 1970. */
export function periodEnd(start: number, periodSeconds: number): number {
  return (Math.floor(start / periodSeconds) + 1) * periodSeconds;
}

/** The begin of the first period: the multiple of `periodSeconds` that is not later than a time (MDT-LOG-020). */
export function firstPeriodStart(time: number, periodSeconds: number): number {
  return Math.floor(time / periodSeconds) * periodSeconds;
}

export interface RootContent {
  readonly chain: Chain;
  readonly created: string;
  readonly freshness: BlockRef;
  /** 32 octets, hexadecimal. */
  readonly entityId: string;
  /** The root before, with its digest; absent for the first. */
  readonly before?: { readonly document: ActivityRoot; readonly sha256: string };
  /** Seconds since 1970. */
  readonly period: { readonly start: number; readonly end: number };
  readonly tree: { readonly size: number; readonly root: string };
  /** Of the newest STATUS. */
  readonly statusDigest: string;
}

/** The document, unsigned (MDT-LOG-017 to -020). */
export function writeActivityRoot(content: RootContent): ActivityRoot {
  const { chain, created, freshness, entityId, before, period, tree, statusDigest } = content;
  return validate('activity-root', {
    type: 'milagro-activity-root',
    spec: '1.0',
    chain,
    created,
    freshness,
    entity_id: entityId,
    seq: before ? before.document.seq + 1 : 0,
    previous: before?.sha256 ?? entityId,
    period_start: formatTime(period.start),
    period_end: formatTime(period.end),
    tree_size: tree.size,
    root: tree.root,
    status_digest: statusDigest,
  });
}
