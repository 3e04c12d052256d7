/**
 * The log and the canary of an entity together, as a role uses them: opened at the start, kept up at every block and
 * every period, asked by whoever visits. A role gives what it is (`LifeNow`) and where its anchors wait (`AnchorQueue`).
 * A relay has a canary and no log.
 */
import { join } from 'node:path';
import { hexToBytes } from '@noble/hashes/utils.js';
import { MdtError } from '../core/errors.ts';
import type { ActivityRoot, Status } from '../gen/schemas.ts';
import type { Clock } from '../runtime/clock.ts';
import { syncFolder, type DataDirectory } from '../runtime/data-directory.ts';
import { ActivityLog } from './activity-log.ts';
import { Canary } from './canary.ts';
import { verifyRoot, verifyStatus } from './document-keys.ts';
import { DocumentSeries, type Following, type SeriesKeeper, type SignedDocument } from './document-series.ts';
import { DISK, type Disk } from './disk.ts';
import { DurableLog } from './durable-log.ts';
import type { ExtentBook, SeriesName } from './extent.ts';
import type { AnchorQueue, LifeNow } from './life-now.ts';
import { LogSigner } from './log-signer.ts';
import { PeriodRoots } from './period-roots.ts';

const FOLDER = 'log';
const ROOTS_FILE = 'roots.jsonl';
const STATUSES_FILE = 'statuses.jsonl';
/** Its being there says that the operator of a regtest issues no STATUS any more. */
const WITHHELD_FILE = 'status-withheld';
/** When the first period began: the log is empty until then, so nothing else says it (MDT-LOG-020). */
const BEGAN_FILE = 'log-began';

export interface ActivityKeys {
  /** Ed25519 seed of `keys.log`, 32 octets; of an entity that has a log. */
  readonly log?: Uint8Array;
  /** Secret `keys.status`, where the service plays the operator. */
  readonly status?: Uint8Array;
}

/** What can be visited once the entity is born. */
export interface Shown {
  readonly canary: Canary;
}

interface BegunLog {
  readonly log: ActivityLog;
  readonly roots: PeriodRoots;
}

export type ShownLog = Shown & BegunLog;

/** What an entity with a log has beside its canary. */
interface LogFiles {
  readonly entries: DurableLog;
  readonly roots: DocumentSeries<ActivityRoot>;
  readonly signer: LogSigner;
}

export class Activity {
  readonly #log: LogFiles | undefined;
  readonly #statuses: DocumentSeries<Status>;
  readonly #clock: Clock;
  readonly #directory: DataDirectory;
  readonly #canary: Canary;
  #begun: BegunLog | undefined;
  #now: LifeNow | undefined;
  /** Alarms are looked for once a life, and whenever a STATUS was issued. */
  #alarmsAt = -1;

  private constructor(
    files: { log: LogFiles | undefined; statuses: DocumentSeries<Status> },
    directory: DataDirectory,
    statusKey: Uint8Array | undefined,
    clock: Clock,
  ) {
    this.#log = files.log;
    this.#statuses = files.statuses;
    this.#clock = clock;
    this.#directory = directory;
    this.#canary = new Canary({
      ...{ series: files.statuses, clock },
      ...(statusKey && { statusKey }),
      withheld: {
        is: () => directory.read(WITHHELD_FILE) !== undefined,
        begin: () => directory.replace(WITHHELD_FILE, new Uint8Array()),
      },
    });
  }

  /**
   * Opens what an earlier life has kept, and looks at all of it. The series are held to the book, the entries to the
   * newest root. There is a STATUS before there is a log, so a log that is gone as a whole is found by its STATUSes.
   * @throws MdtError MDT_STATE with the document or entry at fault
   */
  static async open(
    directory: DataDirectory,
    keys: ActivityKeys,
    clock: Clock,
    book: ExtentBook,
    disk: Disk = DISK,
  ): Promise<Activity> {
    const folder = directory.folder(FOLDER);
    const statuses = DocumentSeries.open(join(folder, STATUSES_FILE), keeperOf('statuses', book, verifyStatus), disk);
    const log = keys.log && (await openLog(folder, keys.log, book, disk));
    syncFolder(folder); // what is on disk is so only once its name is
    return new Activity({ log, statuses }, directory, keys.status, clock);
  }

  /** @throws MdtError MDT_NOT_READY before the record was served for the first time */
  readonly current = (): Shown => {
    if (this.#now && this.#statuses.newest) return { canary: this.#canary };
    throw new MdtError('MDT_NOT_READY', 'the BIRTH is not deep enough yet');
  };

  /** @throws as `current` */
  readonly currentLog = (): ShownLog => {
    if (this.#begun && this.#statuses.newest) return { ...this.#begun, canary: this.#canary };
    throw new MdtError('MDT_NOT_READY', 'the BIRTH is not deep enough yet');
  };

  /**
   * Issues, closes and queues what is due.
   * @throws what the node answers where it is asked for a block
   */
  async keep(now: LifeNow, queue: AnchorQueue): Promise<void> {
    this.#now = now;
    await this.#canary.keep(now);
    this.#raiseAlarms(queue);
    if (!this.#statuses.newest) return;
    const period = now.record.policy.anchor_period_seconds;
    const begun = this.#log && this.#begin(now, this.#log);
    if (((await begun?.roots.close(now)) ?? 0) > 0) this.#log?.entries.roomAgain();
    if (!now.idle || now.retired) return;
    const heartbeat = begun ? begun.roots.dueAnchor(queue, period) : this.#canary.dueAnchor(queue, period);
    if (heartbeat) queue.enqueue(heartbeat);
  }

  /** Why nothing is entered now: the disk is full. */
  get stalled(): MdtError | undefined {
    return this.#log?.entries.stalled;
  }

  get hasStatus(): boolean {
    return this.#statuses.newest !== undefined;
  }

  /** Whether `keep` has something to do that the clock decides. */
  isDue(): boolean {
    if (!this.#now) return false;
    const { retired, record } = this.#now;
    const roots = retired && this.#begun?.roots.coversAll ? undefined : this.#begun?.roots;
    const rootDue = roots?.dueAt(record.policy.log_period_seconds) ?? Infinity;
    const due = retired ? rootDue : Math.min(this.#canary.dueAt(), rootDue);
    return due <= this.#clock.now();
  }

  /** As Canary.state, and its anchor. */
  async state(now: LifeNow, codes: readonly string[], queue: AnchorQueue): Promise<void> {
    await this.#canary.state(now, codes);
    this.#raiseAlarms(queue);
  }

  withhold(now: LifeNow): void {
    this.#canary.withhold(now);
  }

  /** As Canary.accept, and its anchor. */
  async accept(envelope: unknown, now: LifeNow, queue: AnchorQueue): Promise<void> {
    await this.#canary.accept(envelope, now);
    this.#raiseAlarms(queue);
  }

  async close(): Promise<void> {
    await this.#log?.entries.close();
    this.#log?.roots.close();
    this.#statuses.close();
  }

  #begin({ entityId }: LifeNow, { entries, roots: series, signer }: LogFiles): BegunLog {
    if (this.#begun) return this.#begun;
    const newest = series.newest?.document;
    const log = new ActivityLog({
      ...{ entries, clock: this.#clock, signer, entityId: hexToBytes(entityId) },
      ...(newest && { closed: { until: Date.parse(newest.period_end) / 1000, size: newest.tree_size } }),
    });
    const parts = { series, statuses: this.#statuses, log, clock: this.#clock };
    const roots = new PeriodRoots({ ...parts, began: this.#began() });
    this.#begun = { log, roots };
    return this.#begun;
  }

  #began(): number {
    const kept = this.#directory.read(BEGAN_FILE);
    if (kept) return Number(kept.toString('utf8'));
    const now = this.#clock.now();
    this.#directory.replace(BEGAN_FILE, Buffer.from(String(now)));
    return now;
  }

  /** What triggered is told to all, once each: a crash between the STATUS and its anchor must not keep it back. */
  #raiseAlarms(queue: AnchorQueue): void {
    if (this.#alarmsAt === this.#statuses.length) return;
    for (const alarm of this.#canary.alarms())
      if (!queue.documents.some(({ payload }) => payload === alarm.payload)) queue.enqueue(alarm);
    this.#alarmsAt = this.#statuses.length;
  }
}

async function openLog(folder: string, key: Uint8Array, book: ExtentBook, disk: Disk): Promise<LogFiles> {
  const roots = DocumentSeries.open(join(folder, ROOTS_FILE), keeperOf('roots', book, verifyRoot), disk);
  const { tree_size: size, root } = roots.newest?.document ?? {};
  const head = size !== undefined && root !== undefined ? { size, root: hexToBytes(root) } : undefined;
  return { entries: await DurableLog.open(folder, { ...(head && { head }), disk }), roots, signer: new LogSigner(key) };
}

function keeperOf<D extends Following>(
  name: SeriesName,
  book: ExtentBook,
  verify: (signed: SignedDocument<D>, records: ReturnType<ExtentBook['writtenRecords']>) => void,
): SeriesKeeper<D> {
  const records = book.writtenRecords();
  return {
    extent: book.extentOf(name),
    keep: (extent) => book.keepExtent(name, extent),
    verify: (signed) => verify(signed, records),
  };
}
