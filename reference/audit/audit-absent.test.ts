import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { AuditedLog, found } from './audited-fixture.ts';

describe('an audit to which something does not come', function () {
  this.timeout(20_000);
  let log: AuditedLog;
  beforeEach(async () => {
    log = await AuditedLog.serve();
    for (let entry = 0; entry < 300; entry += 1) log.enter(log.start + 5 + entry * 10);
    log.closePeriod();
    log.closePeriod();
  });
  afterEach(async () => log.close());

  // A 404 is signed by nobody: whoever is between can answer it.
  for (const [what, path, place] of [
    ['a bundle of entries', 'tile/entries/001.p/44', 'MDT_NOT_FOUND MDT-LOG-010 entry bundle 1'],
    ['a hash tile', 'tile/0/001.p/44', 'MDT_NOT_FOUND MDT-LOG-010 tile/0/001.p/44'],
    ['a checkpoint', 'checkpoint', 'MDT_NOT_FOUND MDT-LOG-101 checkpoint'],
    ['a root before the newest', 'root/0', 'MDT_NOT_FOUND MDT-LOG-022 root 0'],
    ['the newest root, while there are roots', 'root', 'MDT_NOT_FOUND MDT-LOG-022 root'],
  ] as const)
    it(`says nothing where ${what} is answered with 404`, async () => {
      log.lies.set(path, undefined);
      const verdict = await log.audit();
      assert.deepEqual([verdict.verdict, found(verdict)], ['UNKNOWN', [place]]);
    });

  it('says nothing where roots that it knows of are answered with 404', async () => {
    const folder = temporaryFolder();
    assert.equal((await log.auditAgain(folder)).verdict, 'CLEAN');
    for (const path of ['root', 'root/0', 'root/1']) log.lies.set(path, undefined);
    const verdict = await log.auditAgain(folder);
    assert.deepEqual([verdict.verdict, found(verdict)], ['UNKNOWN', ['MDT_NOT_FOUND MDT-LOG-022 root']]);
  });

  it('says nothing of a promise whose tiles are answered with 404, where the entries were read before', async () => {
    const folder = temporaryFolder();
    assert.equal((await log.auditAgain(folder)).verdict, 'CLEAN');
    const promise = log.promise(log.entries[7] ?? new Uint8Array(), 7, log.start + 75);
    log.lies.set('tile/0/000', undefined);
    const verdict = await log.auditAgain(folder, { promises: [promise] });
    assert.deepEqual([verdict.verdict, verdict.promises], ['UNKNOWN', { kept: 0, broken: 0, open: 1 }]);
  });
});
