/** The event stream of a run: every report is rendered from it, and it is on disk line by line as it happens. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent } from '../../reference/gen/schemas.ts';
import { EVENTS, openReportFolder, removeReport, REPORTS } from './report-folder.ts';

type WithoutStamp<T> = T extends unknown ? Omit<T, 'seq' | 'at'> : never;
export type NewEvent = WithoutStamp<RunEvent>;

/** Lines of one target kept in the stream; a flood beyond it is counted, not stored. */
const MAX_TARGET_LINES = 2_000;

export class EventStream {
  readonly events: RunEvent[] = [];
  readonly #began = performance.now();
  readonly #listeners: ((event: RunEvent) => void)[] = [];
  readonly #linesOf = new Map<string, number>();
  #folder: string | undefined;
  #file: number | undefined;

  /**
   * `folder` gets `events.jsonl`; without it the stream is kept in memory only.
   * @throws KitError MDT_KIT_USAGE, field --report, where it cannot be written to
   */
  constructor(folder?: string) {
    if (folder === undefined) return;
    openReportFolder(folder);
    this.#folder = folder;
  }

  onEvent(listener: (event: RunEvent) => void): void {
    this.#listeners.push(listener);
  }

  /** The number of the event, `undefined` where a flood keeps it out of the stream. */
  emit(event: NewEvent): number | undefined {
    if (event.type === 'target_line' && this.#isFlood(event.scene)) return undefined;
    const at = Math.round((performance.now() - this.#began) * 10) / 10;
    const stamped: RunEvent = { seq: this.events.length, at, ...event };
    this.events.push(stamped);
    this.#open();
    if (this.#file !== undefined) writeSync(this.#file, `${JSON.stringify(stamped)}\n`);
    for (const listener of this.#listeners) listener(stamped);
    return stamped.seq;
  }

  /** Only now, so that a run that never begins leaves the reports of an earlier one whole; and then none of them stays beside its events. */
  #open(): void {
    if (this.#folder === undefined) return;
    for (const stale of REPORTS) removeReport(join(this.#folder, stale));
    this.#file = openSync(join(this.#folder, EVENTS), 'w');
    this.#folder = undefined;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #isFlood(scene: string): boolean {
    const count = (this.#linesOf.get(scene) ?? 0) + 1;
    this.#linesOf.set(scene, count);
    return count > MAX_TARGET_LINES;
  }
}
