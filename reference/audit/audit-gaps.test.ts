import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { formatTime } from '../core/time.ts';
import { AuditedLog, BLOCK_SECONDS, found, PERIOD } from './audited-fixture.ts';

const GRACE = 24;
/** What is written, and mined, in a period. */
const BLOCKS = PERIOD / BLOCK_SECONDS;

describe('an audit of what came late and is there now', function () {
  this.timeout(20_000);
  let log: AuditedLog;
  beforeEach(async () => (log = await AuditedLog.serve()));
  afterEach(async () => log.close());

  const late = async (): Promise<string[]> => {
    const verdict = await log.audit();
    assert.equal(verdict.verdict, verdict.findings.length === 0 ? 'CLEAN' : 'LATE');
    return found(verdict);
  };

  /** Roots of so many periods, each written while blocks are mined. */
  const live = (periods: number): void => {
    for (let lived = 0; lived < periods; lived += 1) {
      log.closePeriod();
      while (log.grown.now < log.start + log.roots.length * PERIOD) log.grown.mine(1);
    }
  };
  /** The newest root goes into a block. */
  const anchor = (): void => log.anchor(log.roots.at(-1) ?? { sha256: '' });

  describe('anchors', () => {
    it('takes those of every two periods, as the policy asks', async () => {
      for (let times = 0; times < 3; times += 1) {
        live(2);
        anchor();
      }
      assert.deepEqual(await late(), []);
    });

    it('takes one that is overdue for no more than 24 blocks, and detects one that was for more', async () => {
      live(1);
      anchor();
      // Due with the root of the third period; so many more are written before one is anchored.
      live(2 + GRACE / BLOCKS);
      anchor();
      live(2);
      anchor();
      live(1);
      assert.deepEqual(await late(), []);
    });

    it('detects one that was overdue for more, wherever in the past', async () => {
      live(1);
      anchor();
      live(3 + GRACE / BLOCKS);
      anchor();
      for (let times = 0; times < 3; times += 1) {
        live(2);
        anchor();
      }
      assert.deepEqual(await late(), ['MDT_LOG_LATE MDT-LOG-026 root 2']);
    });

    it('detects that the first one was', async () => {
      live(2 + GRACE / BLOCKS);
      anchor();
      live(2);
      anchor();
      assert.deepEqual(await late(), ['MDT_LOG_LATE MDT-LOG-026 root 0']);
    });

    it('counts to the block of the newest one, which is proven', async () => {
      live(1);
      anchor();
      live(2);
      const due = log.roots.at(-1) ?? { sha256: '' };
      log.grown.mine(GRACE + BLOCKS + 1);
      while (log.start + log.roots.length * PERIOD + PERIOD < log.grown.now) log.closePeriod();
      log.anchor(due);
      const anchored = (each: string): boolean => each === 'MDT_LOG_LATE MDT-LOG-026 root 2';
      assert.equal(found(await log.audit()).filter(anchored).length, 1);
    });
  });

  describe('a first period', () => {
    /** The latest that the BIRTH can have become three deep: the time of the block after, whatever its own says. */
    const readyBy = (): number => {
      const { grown } = log;
      const height = (grown.anchors[0]?.height ?? 0) + 3;
      return grown.now - (grown.height + 1 - height) * BLOCK_SECONDS;
    };
    /** A first root whose period begins at a time. */
    const begin = (start: number): void => {
      log.roots.length = 0;
      const [period_start, period_end] = [formatTime(start), formatTime(start + PERIOD)];
      log.closePeriod({ period_start, period_end, created: formatTime(start + PERIOD + 5) });
      log.now = start + PERIOD + 60;
    };

    it('takes one that begins within a period after its entity could be ready, and detects a later one', async () => {
      log.grown.mine(6);
      const latest = Math.floor((readyBy() + PERIOD) / PERIOD) * PERIOD;
      begin(latest);
      assert.deepEqual(await late(), []);
      begin(latest + PERIOD);
      assert.deepEqual(await late(), ['MDT_LOG_LATE MDT-LOG-020 root 0']);
    });

    it('says nothing until six blocks tell when that was', async () => {
      begin(log.start + 5 * PERIOD);
      assert.deepEqual(await late(), []);
    });
  });
});
