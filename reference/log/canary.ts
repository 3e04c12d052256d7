/**
 * The canary of an entity: the STATUSes that it serves. On regtest the service holds `keys.status` and plays the
 * operator, who renews a STATUS long before it is due; elsewhere it takes what the operator signed elsewhere.
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import { documentDigest } from '../core/canonical.ts';
import { signDigest, verifyDigestSignature } from '../core/document-signature.ts';
import { MdtError } from '../core/errors.ts';
import { bytesToHex } from '../core/hex.ts';
import { encodePayload } from '../core/payload.ts';
import { validate } from '../core/schema.ts';
import { expectFollows, STATUS_CODES, triggered, writeStatus, type StatusCode } from '../core/status.ts';
import type { Status } from '../gen/schemas.ts';
import type { Clock } from '../runtime/clock.ts';
import type { DocumentSeries, SignedDocument } from './document-series.ts';
import type { AnchorQueue, Heartbeat, LifeNow } from './life-now.ts';
import { expectDated } from './status-dating.ts';

/** Of `policy.canary_max_age_seconds`: when the next STATUS is due, and when the operator of a regtest renews it. */
const DUE_AFTER = 1 / 2;
const RENEWED_AFTER = 1 / 4;

export interface CanaryParts {
  readonly series: DocumentSeries<Status>;
  readonly clock: Clock;
  /** Secret `keys.status`, 32 octets, where the service plays the operator. */
  readonly statusKey?: Uint8Array;
  /** Whether the operator has ended it, and the way to say so. */
  readonly withheld: { is(): boolean; begin(): void };
}

export class Canary {
  readonly #parts: CanaryParts;
  /** By the clock: `created` may be ahead of it, where the chain's time is (MDT-DOC-016). */
  #issuedAt: number;
  /** The STATUS that was handed on last to be anchored, and the payload that it was looked up by. */
  #anchored: { readonly payload: string; readonly status: Status | undefined } | undefined;

  constructor(parts: CanaryParts) {
    this.#parts = parts;
    this.#issuedAt = parts.clock.now();
  }

  get newest(): SignedDocument<Status> | undefined {
    return this.#parts.series.newest;
  }

  /** @throws MdtError MDT_NOT_FOUND */
  at(seq: number): SignedDocument<Status> {
    return this.#parts.series.at(seq);
  }

  /** Seconds since 1970 when `keep` has something to do. */
  dueAt(): number {
    const { series, statusKey, withheld } = this.#parts;
    if (!statusKey || withheld.is()) return Infinity;
    return series.newest ? this.#renewalOf(series.newest.document) : 0;
  }

  /** Issues a STATUS where the operator of a regtest would. */
  async keep(now: LifeNow): Promise<void> {
    const { clock, statusKey, withheld } = this.#parts;
    if (!statusKey || withheld.is() || now.retired) return;
    const newest = this.newest?.document;
    if (newest?.record === now.recordDigest && clock.now() < this.#renewalOf(newest)) return;
    await this.#issue(now, statusKey);
  }

  /**
   * Issues a STATUS that holds these codes and no others, now.
   * @throws MdtError MDT_STATUS_CODE where one of them has triggered; MDT_POLICY where the key is held elsewhere; MDT_RETIRED
   */
  async state(now: LifeNow, codes: readonly string[]): Promise<void> {
    const key = this.#operatorsKey(now);
    const known = STATUS_CODES.filter((code) => codes.includes(code));
    if (known.length < codes.length) throw new MdtError('MDT_CONTROL', 'a code that is none', { field: '/codes' });
    const before = this.#toldUnder(now.recordDigest);
    const back = known.find((code) => !before.includes(code));
    if (back !== undefined) throw new MdtError('MDT_STATUS_CODE', `${back} has triggered`, { field: '/codes' });
    if (now.ending && known.length < before.length) throw ended();
    await this.#issue(now, key, known);
  }

  /** From now on nothing is issued, in later lives neither. */
  withhold(now: LifeNow): void {
    this.#operatorsKey(now);
    this.#parts.withheld.begin();
  }

  /**
   * Takes what the operator signed elsewhere.
   * @param envelope schemas/hosted-status.schema.json
   * @throws MdtError MDT_SCHEMA, MDT_DIGEST, MDT_SIGNATURE, MDT_STATUS_SEQ, MDT_STATUS_CODE, MDT_STATUS_GAP, MDT_WRONG_CHAIN,
   * MDT_FRESHNESS; MDT_RETIRED once the end is in force, and where a code triggers once it is declared
   */
  async accept(envelope: unknown, now: LifeNow): Promise<SignedDocument<Status>> {
    if (now.retired) throw ended();
    const { status, sha256, signature } = validate('hosted-status', envelope);
    const digest = documentDigest(status);
    if (bytesToHex(digest) !== sha256)
      throw new MdtError('MDT_DIGEST', 'not the digest of the STATUS', { field: '/sha256' });
    verifyDigestSignature('milagro-status', digest, hexToBytes(signature), hexToBytes(now.record.keys.status));
    const { entityId, recordDigest: record } = now;
    const maxAgeSeconds = now.record.policy.canary_max_age_seconds;
    expectFollows(status, this.newest, { entityId, record, maxAgeSeconds });
    if (now.ending && triggered(status, this.newest?.document).length > 0) throw ended();
    await expectDated(status, now.record.chain.genesis, now.chain, this.#parts.clock.now());
    return this.#parts.series.append(status, signature);
  }

  /** The anchors of all STATUSes by which a code triggered (MDT-STA-014), the oldest first. */
  *alarms(): Generator<Heartbeat> {
    let before: Status | undefined;
    for (let seq = 0; seq < this.#parts.series.length; seq += 1) {
      const { document, sha256 } = this.#parts.series.at(seq);
      if (triggered(document, before).length > 0) yield alarm(document.entity_id, sha256);
      before = document;
    }
  }

  /**
   * The newest STATUS, where it is to be anchored by itself, as that of an entity without a log is (MDT-STA-016, -017).
   * @param period `policy.anchor_period_seconds`
   */
  dueAnchor(queue: AnchorQueue, period: number): Heartbeat | undefined {
    const { newest } = this;
    if (!newest) return undefined;
    const last = this.#lastIn(queue);
    if (last && secondsOf(newest.document.created) - secondsOf(last.created) < period) return undefined;
    return { kind: 'STATUS', payload: payloadOf(newest.document.entity_id, newest.sha256) };
  }

  /** An alarm may have come between two heartbeats, and counts as they do. */
  #lastIn({ documents }: AnchorQueue): Status | undefined {
    const payload = documents.findLast(({ kind }) => kind === 'STATUS')?.payload;
    if (payload === undefined) return undefined;
    if (this.#anchored?.payload !== payload) this.#anchored = { payload, status: this.#anchoredBy(payload) };
    return this.#anchored.status;
  }

  #anchoredBy(payload: string): Status | undefined {
    for (let seq = this.#parts.series.length - 1; seq >= 0; seq -= 1) {
      const { document, sha256 } = this.#parts.series.at(seq);
      if (payloadOf(document.entity_id, sha256) === payload) return document;
    }
    return undefined;
  }

  /** When the operator of a regtest renews a STATUS. */
  #renewalOf({ created, expires }: Status): number {
    const [from, until] = [Date.parse(created) / 1000, Date.parse(expires) / 1000];
    return Math.min(from, this.#issuedAt) + Math.max(1, Math.floor((until - from) * RENEWED_AFTER));
  }

  #operatorsKey({ retired }: LifeNow): Uint8Array {
    if (retired) throw ended();
    const { statusKey } = this.#parts;
    if (!statusKey) throw new MdtError('MDT_POLICY', 'keys.status is kept off line', { field: 'keys' });
    return statusKey;
  }

  #toldUnder(record: string): readonly StatusCode[] {
    const newest = this.newest?.document;
    return newest?.record === record ? newest.codes : STATUS_CODES;
  }

  async #issue(now: LifeNow, key: Uint8Array, codes?: readonly StatusCode[]): Promise<void> {
    const { series } = this.#parts;
    const maxAge = now.record.policy.canary_max_age_seconds;
    const before = series.newest;
    const isFirst = before?.document.record !== now.recordDigest;
    const moment = await now.moment();
    const status = writeStatus({
      chain: { ...now.record.chain, header_format: 'sha256d-80' },
      ...moment,
      created: laterOf(moment.created, before?.document.created),
      entityId: now.entityId,
      record: now.recordDigest,
      ...(before && { before }),
      codes: isFirst ? STATUS_CODES : (codes ?? before.document.codes),
      dueAfter: Math.max(1, Math.floor(maxAge * DUE_AFTER)),
      expiresAfter: maxAge,
    });
    series.append(status, bytesToHex(signDigest('milagro-status', documentDigest(status), key)));
    this.#issuedAt = this.#parts.clock.now();
  }
}

/** A code that triggers after the end could not be told to all: nothing is anchored any more. */
function ended(): MdtError {
  return new MdtError('MDT_RETIRED', 'the entity has retired', { field: 'retirement' });
}

function alarm(entityId: string, sha256: string): Heartbeat {
  return { kind: 'STATUS', payload: payloadOf(entityId, sha256), tripped: true };
}

function payloadOf(entityId: string, sha256: string): string {
  return bytesToHex(encodePayload({ kind: 'STATUS', digest: hexToBytes(sha256), entityId: hexToBytes(entityId) }));
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}

function laterOf(one: string, other: string | undefined): string {
  return other !== undefined && other > one ? other : one;
}
