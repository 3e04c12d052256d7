import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../kit/project.ts';
import { runIn, type Ran } from './program-fixture.ts';

const FAILING = 'MDT-DOC-004/lower-case';

describe('replay', function () {
  this.timeout(120_000);
  let folder: string;
  const run = (...args: string[]): Promise<Ran> => runIn(folder, args);
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'milagro-replay-test-'));
    const loader = join(PROJECT, 'conformance/faults/load.ts');
    writeFileSync(join(folder, 'broken.target.yaml'), manifest(['--import', loader], { MDT_FAULT: 'upper-case-key' }));
    writeFileSync(join(folder, 'mended.target.yaml'), manifest([], {}));
    const only = `${FAILING},MDT-DOC-002/integers`;
    const { status } = await run(
      'certify',
      'broken.target.yaml',
      '--only',
      only,
      '--seed',
      'r',
      '--report',
      'r1',
      '--quiet',
    );
    assert.equal(status, 1);
  });
  after(() => rmSync(folder, { recursive: true }));

  function manifest(options: string[], env: Record<string, string>): string {
    const command = ['$NODE', ...options, join(PROJECT, 'reference/cli/main.ts'), 'serve', 'dta'];
    const rest = { name: 'replayed', role: 'dta', mode: 'command', claims: { profiles: ['identity'] } };
    return JSON.stringify({ manifest: 1, ...rest, command, env });
  }

  it('says that the same failure came again, and that the same was asked', async () => {
    const { status, out, err } = await run('replay', 'r1', '--report', 'r2', '--quiet');
    assert.equal(status, 0, err);
    assert.match(out, new RegExp(`= the same failure  ${FAILING}\\n`));
    assert.match(out, /seed r:\n {2}birth {2}\d+ the same/);
    assert.doesNotMatch(out, /integers|no longer|new:/); // what passed is not run again
    assert.match(out, /\nREPRODUCED\n$/);
  });

  it('says what no longer fails, and exits with 1', async () => {
    const { status, out } = await run(
      'replay',
      'r1',
      FAILING,
      '--target',
      'mended.target.yaml',
      '--report',
      'r3',
      '--json',
    );
    assert.equal(status, 1);
    const { checks, reproduced } = JSON.parse(out) as { checks: { id: string; again: string }[]; reproduced: boolean };
    assert.deepEqual([checks.map(({ id, again }) => [id, again]), reproduced], [[[FAILING, 'gone']], false]);
  });

  it('takes a run that did not start for a failure, and says whether it is the same again', async () => {
    const target = { name: 'x', role: 'dta', mode: 'command', claims: { profiles: ['identity'] } };
    const gone = (command: string): string => JSON.stringify({ manifest: 1, ...target, command: [command] });
    writeFileSync(join(folder, 'gone.target.yaml'), gone('/nonexistent/dta'));
    const first = await run('certify', 'gone.target.yaml', '--only', FAILING, '--report', 'r4', '--quiet');
    assert.equal(first.status, 3);
    const same = await run('replay', 'r4', '--report', 'r5');
    assert.deepEqual([same.status, same.out.endsWith('\nREPRODUCED\n')], [0, true], same.err);
    const mended = await run('replay', 'r4', '--target', 'mended.target.yaml', '--report', 'r6');
    assert.equal(mended.status, 1);
    assert.match(mended.out, new RegExp(`✓ no longer fails  ${FAILING}\\n`));
    writeFileSync(join(folder, 'broken.target.yaml'), gone('/nonexistent/dta'));
    const lost = await run('replay', 'r1', '--report', 'r7', '--quiet');
    assert.equal(lost.status, 3);
    assert.match(lost.err, /did not start/);
  });

  it('needs checks that the run judged, of which one failed', async () => {
    const slip = await run('replay', 'r1', 'MDT-DOC-004/lower-csae');
    assert.equal(slip.status, 2);
    assert.match(slip.err, /MDT_KIT_USAGE at checks: r1 holds no check .*; did you mean MDT-DOC-004\/lower-case\?/);
    const { status, err } = await run('replay', 'r3');
    assert.equal(status, 4);
    assert.match(err, /MDT_KIT_NOTHING_RAN: no check of r3 failed/);
  });
});
