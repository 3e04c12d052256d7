/** Closing the periods of a log: every one that has ended gets its signed root, and some roots an anchor (spec 8.5, 8.6). */
import { hexToBytes } from '@noble/hashes/utils.js';
import { firstPeriodStart, periodEnd, writeActivityRoot } from '../core/activity-root.ts';
import { documentDigest } from '../core/canonical.ts';
import { signDigest } from '../core/document-signature.ts';
import { MdtError } from '../core/errors.ts';
import { bytesToHex } from '../core/hex.ts';
import { encodePayload } from '../core/payload.ts';
import type { ActivityRoot, Status } from '../gen/schemas.ts';
import type { Clock } from '../runtime/clock.ts';
import type { ActivityLog } from './activity-log.ts';
import type { DocumentSeries, SignedDocument } from './document-series.ts';
import type { AnchorQueue, Heartbeat, LifeNow } from './life-now.ts';

export interface PeriodRootsParts {
  readonly series: DocumentSeries<ActivityRoot>;
  readonly statuses: DocumentSeries<Status>;
  readonly log: ActivityLog;
  readonly clock: Clock;
  /** When the entity became ready for the first time, in seconds since 1970. */
  readonly began: number;
}

export class PeriodRoots {
  readonly #parts: PeriodRootsParts;
  /** The newest that is in the queue of the lineage; looked for once. */
  #anchored: ActivityRoot | undefined;
  #looked = false;

  constructor(parts: PeriodRootsParts) {
    this.#parts = parts;
  }

  get newest(): SignedDocument<ActivityRoot> | undefined {
    return this.#parts.series.newest;
  }

  /** @throws MdtError MDT_NOT_FOUND */
  at(seq: number): SignedDocument<ActivityRoot> {
    return this.#parts.series.at(seq);
  }

  /** Whether a root holds all that was promised: of an entity that has ended there are no more (MDT-LOG-021). */
  get coversAll(): boolean {
    const { series, log } = this.#parts;
    return log.entries.assigned <= (series.newest?.document.tree_size ?? 0);
  }

  /** Seconds since 1970 when the next period ends. */
  dueAt(periodSeconds: number): number {
    return this.#next(periodSeconds).end;
  }

  /**
   * Signs the root of every period that has ended by now, of an entity that has not, or still has entries without one,
   * and dates it now (MDT-LOG-034).
   * What ends meanwhile waits: on a slow disk an anchor would never have its turn.
   * @returns how many there were
   */
  async close(now: LifeNow): Promise<number> {
    const { series, statuses, log, clock } = this.#parts;
    const periodSeconds = now.record.policy.log_period_seconds;
    const { length } = series;
    const until = clock.now();
    for (let period = this.#next(periodSeconds); period.end <= until; period = this.#next(periodSeconds)) {
      if (now.retired && this.coversAll) break;
      const moment = await now.moment();
      const tree = await log.closeAt(period.end);
      const status = statuses.newest;
      if (!status) throw new MdtError('MDT_INTERNAL', 'a root before the first STATUS', { field: 'status_digest' });
      const before = series.newest;
      const root = writeActivityRoot({
        chain: { ...now.record.chain, header_format: 'sha256d-80' },
        ...moment,
        entityId: now.entityId,
        ...(before && { before }),
        ...{ period, tree },
        statusDigest: status.sha256,
      });
      series.append(root, bytesToHex(signDigest('milagro-activity-root', documentDigest(root), now.anchorKey)));
    }
    return series.length - length;
  }

  /** The root that is to be anchored now (MDT-LOG-026), if one is. */
  dueAnchor(queue: AnchorQueue, anchorPeriodSeconds: number): Heartbeat | undefined {
    const newest = this.#parts.series.newest;
    if (!newest) return undefined;
    const last = this.#newestIn(queue);
    const { document, sha256 } = newest;
    if (last && secondsOf(document.period_end) - secondsOf(last.period_end) < anchorPeriodSeconds) return undefined;
    this.#anchored = document;
    return { kind: 'ACTIVITY_ROOT', payload: payloadOf(document.entity_id, sha256) };
  }

  #next(periodSeconds: number): { start: number; end: number } {
    const { series, began } = this.#parts;
    const newest = series.newest?.document;
    const start = newest ? secondsOf(newest.period_end) : firstPeriodStart(began, periodSeconds);
    return { start, end: periodEnd(start, periodSeconds) };
  }

  #newestIn({ documents }: AnchorQueue): ActivityRoot | undefined {
    if (this.#looked) return this.#anchored;
    this.#looked = true;
    const last = documents.findLast(({ kind }) => kind === 'ACTIVITY_ROOT')?.payload;
    if (last === undefined) return undefined;
    for (let seq = this.#parts.series.length - 1; seq >= 0; seq -= 1) {
      const { document, sha256 } = this.#parts.series.at(seq);
      if (payloadOf(document.entity_id, sha256) !== last) continue;
      this.#anchored = document;
      break;
    }
    return this.#anchored;
  }
}

function payloadOf(entityId: string, sha256: string): string {
  return bytesToHex(
    encodePayload({ kind: 'ACTIVITY_ROOT', digest: hexToBytes(sha256), entityId: hexToBytes(entityId) }),
  );
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}
