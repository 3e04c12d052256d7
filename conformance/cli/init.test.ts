import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadTarget } from '../kit/manifest.ts';
import { runIn, type Ran } from './program-fixture.ts';

describe('init', function () {
  this.timeout(60_000);
  let folder: string;
  const run = (args: readonly string[]): Promise<Ran> => runIn(folder, args);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'milagro-init-test-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('writes a manifest that certify takes, and never over a file', async () => {
    const made = await run(['init', 'mine.target.yaml', '--command', '/nonexistent/mine --stdio']);
    assert.deepEqual([made.status, made.err], [0, '']);
    const text = readFileSync(join(folder, 'mine.target.yaml'), 'utf8');
    assert.match(text, /name: "mine"/);
    const again = await run(['init', 'mine.target.yaml']);
    assert.equal(again.status, 2);
    assert.match(again.err, /is there already/);
    assert.equal(readFileSync(join(folder, 'mine.target.yaml'), 'utf8'), text);
    // Nothing is selected, so nothing is started; the manifest has been read all the same.
    assert.equal((await run(['certify', 'mine.target.yaml', '--only', 'MDT-DOC-101', '--report', 'r7'])).status, 4);
  });

  for (const mode of ['command', 'image', 'endpoints', 'pat'])
    it(`writes a manifest of mode ${mode} that is valid, names its schema, and says what to fill in`, async () => {
      const name = `of-${mode}.target.yaml`;
      const { status, err } = await run(['init', name, '--mode', mode]);
      assert.deepEqual([status, err], [0, '']);
      const { manifest } = loadTarget(join(folder, name));
      assert.deepEqual([manifest.mode, manifest.role], [mode, mode === 'pat' ? 'pat' : 'dta']);
      assert.ok(existsSync(fileURLToPath(manifest.$schema ?? '')));
      const text = readFileSync(join(folder, name), 'utf8');
      assert.match(text, /^# /m);
      // What is commented out is right as well, once somebody takes the comment away.
      const whole = text.replaceAll(/^( *)# (?=( *(#|- |[a-z_]+:( \S+| "[^"]*"| \[[^\]]*\])?$)| *reason: ))/gm, '$1');
      writeFileSync(join(folder, `whole-${name}`), whole);
      const { known_failing: known, version, chain, limits } = loadTarget(join(folder, `whole-${name}`)).manifest;
      assert.deepEqual([known?.length, version], [1, '1.0.0']);
      assert.equal(chain !== undefined, mode === 'endpoints');
      assert.equal(limits !== undefined, mode !== 'endpoints');
    });

  it('takes a command apart as a shell would, as far as blanks and quotes go', async () => {
    await run(['init', 'quoted.target.yaml', '--command', `'my prog' --say="a b" c`]);
    assert.deepEqual(loadTarget(join(folder, 'quoted.target.yaml')).manifest.command, ['my prog', '--say=a b', 'c']);
  });

  it('leaves no file of a manifest that would not be valid', async () => {
    const { status, err } = await run(['init', 'bad.target.yaml', '--name', 'Not A Name!']);
    assert.equal(status, 2);
    const [, name = ''] = /MDT_KIT_USAGE at --name: .*; (\S+) would be one/.exec(err) ?? [];
    assert.equal((await run(['init', 'named.target.yaml', '--name', name])).status, 0);
    assert.throws(() => statSync(join(folder, 'bad.target.yaml')));
  });
});
