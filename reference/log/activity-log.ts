/**
 * The activity log of an entity: entries with their time, promises, checkpoints (spec 8.1 to 8.4). What is durable is
 * DurableLog's; this knows whose log it is and what time it is.
 */
import { EventEmitter } from 'node:events';
import { canonicalOctets } from '../core/canonical.ts';
import { MdtError } from '../core/errors.ts';
import { bytesToHex } from '../core/hex.ts';
import { checkpointText } from '../core/log/checkpoint.ts';
import { signPromise } from '../core/log/promise.ts';
import { validate } from '../core/schema.ts';
import { formatTime } from '../core/time.ts';
import type { LogEntry, LogPromise } from '../gen/schemas.ts';
import type { Clock } from '../runtime/clock.ts';
import type { DurableLog } from './durable-log.ts';
import type { LogSigner } from './log-signer.ts';

/** What of an entry its author knows; the time is the log's. */
export type Act = Omit<LogEntry, 'time'>;

export interface ActivityLogParts {
  readonly entries: DurableLog;
  readonly clock: Clock;
  readonly signer: LogSigner;
  /** 32 octets. */
  readonly entityId: Uint8Array;
  /** Of the newest root: no entry is of an earlier time (MDT-LOG-017), and those before are counted. */
  readonly closed?: { readonly until: number; readonly size: number };
}

/** From this entry on they are of this second or later. */
interface Mark {
  readonly time: number;
  readonly index: number;
}

const GROWN = 'grown';

export class ActivityLog {
  readonly #parts: ActivityLogParts;
  readonly #growth = new EventEmitter().setMaxListeners(0);
  /** Of entries since the newest root, one for each second that has any. */
  #marks: Mark[] = [];
  #latest = 0;
  #underWay: Promise<unknown> = Promise.resolve();
  #checkpoint: { readonly size: number; readonly text: string } | undefined;

  constructor(parts: ActivityLogParts) {
    const { entries, closed = { until: 0, size: 0 } } = parts;
    this.#parts = parts;
    this.#latest = closed.until;
    for (let from = closed.size; from < entries.size;) {
      const read = entries.readEntries(from, Math.min(entries.size, from + 256));
      for (const [at, octets] of read.entries()) this.#mark(timeOf(octets, from + at), from + at);
      from += read.length;
    }
  }

  /** Entries that are durable. */
  get size(): number {
    return this.#parts.entries.size;
  }

  /** Why the last entries were refused: the disk is full. */
  get stalled(): MdtError | undefined {
    return this.#parts.entries.stalled;
  }

  get entries(): DurableLog {
    return this.#parts.entries;
  }

  /**
   * Enters what was done; resolves when it is durable.
   * @throws MdtError MDT_SCHEMA; MDT_STATE where the disk has no room; SyncFailure
   */
  async append(act: Act): Promise<LogPromise> {
    const { entries, clock, signer, entityId } = this.#parts;
    const time = Math.max(clock.now(), this.#latest); // a clock that is set back must not cut the log (MDT-LOG-002)
    const octets = canonicalOctets(validate('log-entry', { ...act, time: formatTime(time) }));
    this.#mark(time, entries.assigned);
    const written = entries.append(octets);
    this.#underWay = written;
    const { index, leafHash } = await written;
    this.#growth.emit(GROWN);
    const signature = signPromise({ entityId, leafHash, index, time }, signer);
    return { leaf_hash: bytesToHex(leafHash), index, time: formatTime(time), signature: bytesToHex(signature) };
  }

  /** The newest checkpoint, as a signed note (MDT-LOG-007). */
  checkpoint(): string {
    const { entries, signer, entityId } = this.#parts;
    const { size } = entries;
    if (this.#checkpoint?.size !== size) {
      const root = entries.root(size);
      const text = checkpointText({ entityId, size, root }, signer);
      entries.keep({ size, root });
      this.#checkpoint = { size, text };
    }
    return this.#checkpoint.text;
  }

  /**
   * The tree of all entries before a time, once they are durable. From then on no entry is of an earlier time.
   * @param until seconds since 1970
   */
  async closeAt(until: number): Promise<{ readonly size: number; readonly root: string }> {
    this.#latest = Math.max(this.#latest, until);
    await this.#underWay.catch(() => undefined); // what was refused has no place
    const { entries } = this.#parts;
    const later = this.#marks.findIndex(({ time }) => time >= until);
    this.#marks = later < 0 ? [] : this.#marks.slice(later);
    const size = Math.min(this.#marks[0]?.index ?? entries.size, entries.size);
    return { size, root: bytesToHex(entries.root(size)) };
  }

  /** Calls back whenever there are more durable entries, until the signal. */
  onGrowth(callback: () => void, ended: AbortSignal): void {
    this.#growth.on(GROWN, callback);
    ended.addEventListener('abort', () => this.#growth.off(GROWN, callback), { once: true });
  }

  #mark(time: number, index: number): void {
    this.#latest = Math.max(this.#latest, time);
    while ((this.#marks.at(-1)?.index ?? -1) >= index) this.#marks.pop(); // of entries that were refused
    if (this.#marks.at(-1)?.time !== time) this.#marks.push({ time, index });
  }
}

function timeOf(octets: Uint8Array, index: number): number {
  try {
    const time = Date.parse((JSON.parse(Buffer.from(octets).toString('utf8')) as LogEntry).time) / 1000;
    if (Number.isNaN(time)) throw new RangeError('it has no time');
    return time;
  } catch (cause) {
    throw new MdtError('MDT_STATE', `the entry ${index} of the log cannot be read`, {
      field: `/data_dir/log/entries/${index}`,
      cause,
    });
  }
}
