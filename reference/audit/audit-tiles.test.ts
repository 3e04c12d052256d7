import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { AuditedLog, found, PERIOD } from './audited-fixture.ts';

/** The tiles of a tree of 700 entries. */
const TILES = ['tile/0/000', 'tile/0/001', 'tile/0/002.p/188', 'tile/1/000.p/2'];

describe('an audit of hash tiles', function () {
  this.timeout(20_000);
  let log: AuditedLog;
  beforeEach(async () => {
    log = await AuditedLog.serve();
    for (let entry = 0; entry < 700; entry += 1) log.enter(log.start + 5 + entry);
    log.closePeriod();
  });
  afterEach(async () => log.close());

  /** What is right but for one hash. */
  const spoil = (path: string, hash = 0): void => {
    const octets = Buffer.from(log.answer(path) ?? []);
    octets[hash * 32] = (octets[hash * 32] ?? 0) ^ 1;
    log.lies.set(path, octets);
  };

  it('reads each of them', async () => {
    const verdict = await log.audit();
    assert.deepEqual([verdict.verdict, found(verdict)], ['CLEAN', []]);
    assert.deepEqual(log.asked.filter((path) => /^tile\/\d/.test(path)).toSorted(), TILES);
  });

  it('detects one with a wrong hash, full or partial, though the entries are right', async () => {
    for (const path of TILES) {
      spoil(path, 1);
      const verdict = await log.audit();
      assert.deepEqual([verdict.verdict, found(verdict)], ['BROKEN', [`MDT_LOG_ROOT MDT-LOG-010 ${path}`]]);
      assert.match(verdict.findings[0]?.message ?? '', /hash 1 /);
      log.lies.clear();
    }
  });

  it('detects one that is cut, and says nothing of a log one of whose tiles does not come', async () => {
    for (const path of TILES) {
      log.lies.set(path, Buffer.from(log.answer(path) ?? []).subarray(1));
      const cut = await log.audit();
      assert.deepEqual([cut.verdict, found(cut)], ['BROKEN', [`MDT_LOG_ROOT MDT-LOG-010 ${path}`]]);
      log.lies.set(path, undefined);
      const gone = await log.audit();
      assert.deepEqual([gone.verdict, found(gone)], ['UNKNOWN', [`MDT_NOT_FOUND MDT-LOG-010 ${path}`]]);
      log.lies.clear();
    }
  });

  describe('with a memory', () => {
    let folder: string;
    const again = async (): ReturnType<AuditedLog['audit']> => log.auditAgain(folder);
    beforeEach(async () => {
      folder = temporaryFolder();
      assert.equal((await again()).verdict, 'CLEAN');
      log.asked.length = 0;
    });

    it('reads those with new hashes, and partial ones', async () => {
      for (let entry = 0; entry < 100; entry += 1) log.enter(log.start + PERIOD + entry);
      log.closePeriod();
      const verdict = await again();
      assert.deepEqual([verdict.verdict, found(verdict)], ['CLEAN', []]);
      const asked = log.asked.filter((path) => /^tile\/\d/.test(path)).toSorted();
      assert.deepEqual(asked, ['tile/0/002', 'tile/0/003.p/32', 'tile/1/000.p/3']);
      assert.equal((await again()).verdict, 'CLEAN');
    });

    it('detects a wrong hash of a new entry, and one of an entry that was read before', async () => {
      for (let entry = 0; entry < 100; entry += 1) log.enter(log.start + PERIOD + entry);
      log.closePeriod();
      const state = ['MDT_LOG_ROOT MDT-LOG-010', 'MDT_LOG_FORK MDT-LOG-009'];
      for (const [path, hash, finding] of [
        ['tile/0/002', 188, 0],
        ['tile/0/002', 187, 1],
        ['tile/0/003.p/32', 0, 0],
        ['tile/1/000.p/3', 2, 0],
        ['tile/1/000.p/3', 0, 1],
      ] as const) {
        spoil(path, hash);
        const verdict = await again();
        assert.deepEqual(
          [verdict.verdict, found(verdict)],
          ['BROKEN', [`${state[finding]} ${path}`]],
          `${path} ${hash}`,
        );
        log.lies.clear();
      }
      assert.equal((await again()).verdict, 'CLEAN');
    });

    it('looks at partial ones where there is no new entry', async () => {
      spoil('tile/0/002.p/188', 3);
      assert.deepEqual(found(await again()), ['MDT_LOG_FORK MDT-LOG-009 tile/0/002.p/188']);
    });
  });
});
