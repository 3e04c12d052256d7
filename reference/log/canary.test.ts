/** When the canary of an entity without a log is anchored by itself. */
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { formatTime } from '../core/time.ts';
import { STATUS_CODES } from '../core/status.ts';
import type { BirthRecord, Status } from '../gen/schemas.ts';
import { Clock } from '../runtime/clock.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { Canary } from './canary.ts';
import { DocumentSeries } from './document-series.ts';
import { NOTHING } from './extent.ts';
import type { AnchorQueue, Heartbeat, LifeNow } from './life-now.ts';

const EXAMPLE = join(import.meta.dirname, '../../schemas/examples/birth-record/valid/relay.json');
const PERIOD = 100;

/** Keeps what waits for its anchor, as a state does. */
class Queue implements AnchorQueue {
  readonly documents: Heartbeat[] = [];

  readonly enqueue = (heartbeat: Heartbeat): void => void this.documents.push(heartbeat);
}

class Relay {
  readonly clock = new Clock();
  readonly queue = new Queue();
  readonly canary: Canary;
  readonly now: LifeNow;

  constructor() {
    const keeper = { extent: NOTHING, keep: () => undefined, verify: () => undefined };
    this.canary = new Canary({
      series: DocumentSeries.open<Status>(join(temporaryFolder(), 'statuses'), keeper),
      clock: this.clock,
      statusKey: new Uint8Array(32).fill(3),
      withheld: { is: () => false, begin: () => undefined },
    });
    const record = JSON.parse(readFileSync(EXAMPLE, 'utf8')) as BirthRecord;
    this.now = {
      ...{ entityId: 'ab'.repeat(32), recordDigest: 'ab'.repeat(32), record, anchorKey: new Uint8Array(32).fill(4) },
      ...{ ending: false, retired: false, idle: true },
      moment: async () => ({ created: formatTime(this.clock.now()), freshness: record.freshness }),
      chain: { blockAt: async () => undefined, tipTime: async () => 0 },
    };
  }

  /** States these codes so many seconds after the begin, and anchors what is due, alarms first; what was anchored. */
  async state(codes: readonly string[], after: number): Promise<string[]> {
    this.clock.setOffset(after);
    const { length } = this.queue.documents;
    if (this.canary.newest) await this.canary.state(this.now, codes);
    else await this.canary.keep(this.now);
    for (const alarm of this.canary.alarms())
      if (!this.queue.documents.some(({ payload }) => payload === alarm.payload)) this.queue.enqueue(alarm);
    const due = this.canary.dueAnchor(this.queue, PERIOD);
    if (due) this.queue.enqueue(due);
    return this.queue.documents.slice(length).map(({ tripped }) => (tripped ? 'alarm' : 'heartbeat'));
  }
}

describe('the canary of an entity without a log', () => {
  it('is anchored with its first STATUS, and with one that is a period later than the last that was (MDT-STA-016, -017)', async () => {
    const relay = new Relay();
    assert.deepEqual(await relay.state(STATUS_CODES, 0), ['heartbeat']);
    assert.deepEqual(await relay.state(STATUS_CODES, PERIOD - 10), []);
    assert.deepEqual(await relay.state(STATUS_CODES, PERIOD + 10), ['heartbeat']);
    assert.deepEqual(await relay.state(STATUS_CODES, PERIOD + 20), []);
  });

  it('counts the period from an alarm, where that was anchored last (MDT-STA-017)', async () => {
    const relay = new Relay();
    const codes = STATUS_CODES.slice(1);
    assert.deepEqual(await relay.state(STATUS_CODES, 0), ['heartbeat']);
    assert.deepEqual(await relay.state(codes, PERIOD - 10), ['alarm']);
    assert.deepEqual(await relay.state(codes, PERIOD + 10), []);
    assert.deepEqual(await relay.state(codes, 2 * PERIOD), ['heartbeat']);
  });
});
