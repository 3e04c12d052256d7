import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { ActivityRoot } from '../gen/schemas.ts';
import { formatTime } from '../core/time.ts';
import { AuditedLog, found, PERIOD } from './audited-fixture.ts';

describe('an audit of the chain and the age of what is served', function () {
  this.timeout(20_000);
  let log: AuditedLog;
  beforeEach(async () => (log = await AuditedLog.serve()));
  afterEach(async () => log.close());

  async function rootSaying(says: Partial<ActivityRoot>): Promise<string[]> {
    log.roots.length = 0;
    log.closePeriod(says);
    const verdict = await log.audit();
    return [verdict.verdict, ...found(verdict)];
  }

  it('detects a root of another chain (MDT-LOG-109)', async () => {
    const { chain } = log.grown.hosted().birth_record;
    const broken = ['BROKEN', 'MDT_WRONG_CHAIN MDT-LOG-109 root 0'];
    assert.deepEqual(await rootSaying({ chain: { ...chain, genesis: '00'.repeat(32) } }), broken);
    for (const height of [0, 10]) {
      const checkpoint = { height, hash: '5e'.repeat(32) };
      assert.deepEqual(await rootSaying({ chain: { ...chain, checkpoint } }), broken);
    }
  });

  it('detects a root whose freshness block is not in the chain (MDT-LOG-110), and says nothing where it cannot tell', async () => {
    const hash = '5e'.repeat(32);
    assert.deepEqual(await rootSaying({ freshness: { height: 10, hash } }), [
      'BROKEN',
      'MDT_FRESHNESS MDT-LOG-110 root 0',
    ]);
    assert.deepEqual(await rootSaying({ freshness: { height: log.grown.height + 1, hash } }), [
      'UNKNOWN',
      'MDT_SOURCE MDT-VER-111 root 0',
    ]);
  });

  it('detects a root that is dated before its block or long after it (MDT-LOG-111)', async () => {
    log.grown.mine(200);
    log.now = log.grown.now;
    const of = async (height: number, from: number): Promise<string[]> => {
      const end = log.start + PERIOD;
      const created = Math.max(end + 5, from);
      const freshness = log.blockAt(Infinity, height);
      const findings = await rootSaying({ created: formatTime(created), freshness });
      return findings.filter((each) => !each.includes('MDT_LOG_LATE'));
    };
    const refused = ['BROKEN', 'MDT_FRESHNESS MDT-LOG-111 root 0'];
    assert.deepEqual(await of(10, log.medianAt(178)), ['LATE']);
    assert.deepEqual(await of(10, log.medianAt(178) + 1), refused);
    assert.deepEqual(await of(60, log.medianAt(60)), ['LATE']);
    assert.deepEqual(await of(60, log.medianAt(60) - 1), refused);
  });

  it('detects entries and promises of tomorrow, which no root has to hold (MDT-LOG-036)', async () => {
    log.closePeriod();
    log.enter(log.now + 7_200);
    assert.equal((await log.audit()).verdict, 'CLEAN');
    const at = log.entries.length;
    const promise = log.enter(log.now + 7_201);
    log.enter(log.now + 86_400);
    const verdict = await log.audit(undefined, { promises: [promise] });
    assert.deepEqual([verdict.verdict, verdict.promises?.broken], ['BROKEN', 1]);
    assert.deepEqual(found(verdict), [
      `MDT_LOG_ROOT MDT-LOG-036 entry ${at}`,
      `MDT_LOG_BROKEN_PROMISE MDT-LOG-036 promise of entry ${at} (${promise.leaf_hash})`,
    ]);
  });

  it('says by which rule the canary tripped, and that it did', async () => {
    const { chain } = log.grown.hosted().birth_record;
    for (const [says, finding] of [
      [{ chain: { ...chain, genesis: '00'.repeat(32) } }, 'MDT_WRONG_CHAIN MDT-STA-108 /status/chain/genesis'],
      [{ freshness: { height: 10, hash: '5e'.repeat(32) } }, 'MDT_FRESHNESS MDT-STA-109 /status/freshness'],
    ] as const) {
      log.statuses = log.stated({ at: log.start + 1, says });
      log.roots.length = 0;
      log.closePeriod();
      const verdict = await log.audit();
      assert.deepEqual([verdict.verdict, found(verdict)], ['TRIPPED', [finding]]);
    }
    const [hour] = log.stated({
      at: log.start + 1,
      says: { freshness: { height: 20, hash: log.blockAt(Infinity, 20).hash } },
    });
    assert.ok(hour);
    log.statuses = log.stated({ at: log.medianAt(20) - 1, says: { freshness: hour.status.freshness } });
    const dated = await log.audit();
    assert.deepEqual(found(dated).slice(0, 1), ['MDT_FRESHNESS MDT-STA-110 /status/created']);
  });
});
