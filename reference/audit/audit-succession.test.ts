import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { AuditedLog, found, PERIOD } from './audited-fixture.ts';

/** Blocks after a SUCCESSOR was deep enough in which the key of the record before may still sign. */
const GRACE = 24;

describe('an audit over a SUCCESSOR', function () {
  this.timeout(20_000);
  let log: AuditedLog;
  /** Height of the block that made the SUCCESSOR as deep as the first record's policy asks. */
  let deep = 0;
  beforeEach(async () => {
    log = await AuditedLog.serve();
    log.closePeriod();
    log.grown.succeed();
    const { policy } = log.grown.hosted().birth_record;
    deep = (log.grown.anchors.at(-1)?.height ?? 0) + policy.confirmations - 1;
    log.grown.mine(2 * GRACE);
    log.restate();
    log.now = log.grown.now;
  });
  afterEach(async () => log.close());

  /** Roots of all periods that have ended, by a key; none names a block above a height. */
  const closeAll = (key: number, highest: number): void => {
    const { now } = log;
    for (let end = log.start + 2 * PERIOD; end < now; end += PERIOD)
      log.closePeriod({ freshness: log.blockAt(end, highest) }, key);
    log.now = now;
  };
  /** No root is anchored here, and no STATUS of the second record is named: what is found of that is left out. */
  const refused = async (): Promise<string[]> =>
    found(await log.audit()).filter((each) => !/^MDT_LOG_LATE|^MDT_STATUS/.test(each));

  it('takes roots by the key of the record that has come, and by that before it while it may be taken up', async () => {
    closeAll(0, deep + GRACE);
    assert.deepEqual(await refused(), []);
    log.roots.length = 1;
    closeAll(1, Infinity);
    assert.deepEqual(await refused(), []);
  });

  it('detects one by the key of a record that was succeeded long before', async () => {
    closeAll(0, deep + GRACE + 1);
    const first = log.roots.findIndex(({ activity_root: { freshness } }) => freshness.height > deep + GRACE);
    assert.deepEqual(await refused(), [`MDT_SIGNATURE MDT-LOG-108 root ${first}`]);
    assert.equal((await log.audit()).verdict, 'BROKEN');
  });

  it('detects one by the key of an earlier record than the root before it', async () => {
    log.closePeriod({}, 1);
    log.closePeriod({}, 0);
    assert.deepEqual(await refused(), ['MDT_SIGNATURE MDT-LOG-108 root 2']);
  });
});
