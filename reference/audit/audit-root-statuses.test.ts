import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { AuditedLog, found, PERIOD } from './audited-fixture.ts';
import { formatTime } from '../core/time.ts';

/** What a root says is written this long after the end of its period. */
const WRITTEN_AFTER = 5;

describe('an audit of the STATUSes that roots name', function () {
  this.timeout(20_000);
  let log: AuditedLog;
  /** When the second root was written. */
  let second = 0;
  beforeEach(async () => {
    log = await AuditedLog.serve();
    second = log.start + 2 * PERIOD + WRITTEN_AFTER;
  });
  afterEach(async () => log.close());

  /** Two, of which the first promises the second by `due`; the first root names the first. */
  const issue = (due: number, created: number = due): { older: string; newer: string } => {
    log.statuses = log.stated({ at: log.start + 1, says: { next_due: formatTime(due) } }, { at: created });
    const [older, newer] = log.statuses.map(({ sha256 }) => sha256);
    log.roots.length = 0;
    log.closePeriod({ status_digest: older ?? '' });
    return { older: older ?? '', newer: newer ?? '' };
  };

  it('takes the newest that had to be served before a root, and of the same second either', async () => {
    for (const [at, index] of [
      [second - 600, 1],
      [second - 1, 1],
      [second - 1, 0],
      [second, 0],
      [second + 30, 0],
    ] as const) {
      const { older, newer } = issue(at);
      log.closePeriod({ status_digest: [older, newer][index] ?? '' });
      const verdict = await log.audit();
      assert.deepEqual([verdict.verdict, found(verdict)], ['CLEAN', []], `${at - second} ${index}`);
    }
  });

  it('takes an older one where the newer was made before the root, and had not to be served yet', async () => {
    log.closePeriod({ status_digest: issue(second + 60, second - 600).older });
    const verdict = await log.audit();
    assert.deepEqual([verdict.verdict, found(verdict)], ['CLEAN', []]);
  });

  it('detects an older one', async () => {
    for (const at of [second - 2, second - 600]) {
      log.closePeriod({ status_digest: issue(at).older });
      const verdict = await log.audit();
      assert.deepEqual([verdict.verdict, found(verdict)], ['LATE', ['MDT_STATUS_STALE MDT-STA-013 root 1']]);
    }
  });

  it('detects one that is older than that of the root before, though nobody can say when it was issued', async () => {
    const { older, newer } = issue(second);
    log.closePeriod({ status_digest: newer });
    log.closePeriod({ status_digest: older });
    const verdict = await log.audit();
    assert.deepEqual([verdict.verdict, found(verdict)], ['BROKEN', ['MDT_LOG_FORK MDT-STA-013 root 2']]);
  });

  it('detects it with a memory of the root before', async () => {
    const folder = temporaryFolder();
    const again = async (): ReturnType<AuditedLog['audit']> => log.auditAgain(folder);
    const { older, newer } = issue(second);
    log.closePeriod({ status_digest: newer });
    assert.equal((await again()).verdict, 'CLEAN');
    log.closePeriod({ status_digest: older });
    assert.deepEqual(found(await again()), ['MDT_LOG_FORK MDT-STA-013 root 2']);
  });
});
