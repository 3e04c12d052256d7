import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTarget } from '../kit/manifest.ts';
import { schemaFault } from '../kit/schemas.ts';
import { runIn, type Ran } from './program-fixture.ts';
import { referencePath } from './reference-process.ts';

interface Counted {
  exit: number;
  verdict: string;
  summary: Record<'pass' | 'fail' | 'error' | 'untestable' | 'notClaimed' | 'notObservable' | 'checks', number>;
}
describe('a run that cannot be started', function () {
  this.timeout(60_000);
  let folder: string;
  /** What a run without a chain counts. */
  let ofNothing: Counted['summary'];
  const run = (args: readonly string[]): Promise<Ran> => runIn(folder, args);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'milagro-not-started-test-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('exits with 3 where no chain can be started, says what to do, and leaves a report that says so', async () => {
    const { status, out, err } = await run([
      'certify',
      '--chain',
      'process',
      '--bitcoind',
      '/nonexistent',
      '--report',
      'r3',
      '--json',
    ]);
    assert.equal(status, 3, err);
    assert.match(err, /\/nonexistent/);
    assert.match(err, /milagro-trust doctor|--bitcoind|BITCOIND/);
    assert.doesNotMatch(err, /MDT-[A-Z]{3}-/); // what was not looked at is no cause, and no cure
    const report = JSON.parse(out) as Counted;
    assert.equal(schemaFault('report', report), undefined);
    assert.deepEqual([report.exit, report.verdict], [3, 'no verdict']);
    ofNothing = report.summary;
    assert.deepEqual([ofNothing.pass, ofNothing.fail, ofNothing.error], [0, 0, 0]);
    assert.ok(ofNothing.checks > 200 && ofNothing.untestable > 90, JSON.stringify(ofNothing));
    assert.deepEqual(JSON.parse(readFileSync(join(folder, 'r3/report.json'), 'utf8')), report);
    for (const name of ['report.html', 'junit.xml', 'events.jsonl'])
      assert.ok(statSync(join(folder, 'r3', name)).size > 0);
  });

  it('counts the same where the target does not start as where nothing does', async () => {
    const { claims } = loadTarget(referencePath()).manifest;
    const target = { manifest: 1, name: 'ends', role: 'dta', mode: 'command', command: ['/bin/false'], claims };
    writeFileSync(join(folder, 'ends.target.yaml'), JSON.stringify(target));
    const { status, out } = await run(['certify', 'ends.target.yaml', '--report', 'r6', '--json', '--quiet']);
    assert.equal(status, 3);
    assert.deepEqual((JSON.parse(out) as Counted).summary, ofNothing);
  });

  it('exits with 3 where the image of a target cannot be had, and leaves a report that says so, too', async () => {
    const image = { manifest: 1, name: 'gone', role: 'dta', mode: 'image', claims: { profiles: ['identity'] } };
    const text = JSON.stringify({ ...image, image: { name: 'localhost:1/no-such-image:1' } });
    writeFileSync(join(folder, 'image.target.yaml'), text);
    const { status, out, err } = await run(['certify', 'image.target.yaml', '--report', 'r5', '--json', '--quiet']);
    assert.deepEqual([status, err], [3, '']);
    const report = JSON.parse(out) as Counted & { reason: string; checks: { outcome: string; message: string }[] };
    assert.equal(schemaFault('report', report), undefined);
    assert.deepEqual([report.exit, report.verdict], [3, 'no verdict']);
    for (const { outcome, message } of report.checks)
      if (outcome !== 'not claimed') assert.deepEqual([outcome, message], ['untestable', report.reason]);
    assert.match(report.reason, /localhost:1\/no-such-image:1.*docker pull|no Docker daemon answers/);
    assert.deepEqual(JSON.parse(readFileSync(join(folder, 'r5/report.json'), 'utf8')), report);
    const told = await run(['certify', 'image.target.yaml', '--report', 'r5', '--quiet']);
    assert.deepEqual([told.status, told.out], [3, '']);
    assert.equal(told.err, `${report.reason}\n`);
  });
});
