import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretWatch } from '../kit/secrets.ts';
import { walkFolder, type Caps, type KeptFolder } from './data-folder.ts';
import { removeFolder } from './remove-folder.ts';

const PASSPHRASE = 'passphrase-5d41402abc4b2a76b9719d911017c592';
const MIB = 1024 * 1024;

describe('a walk through a data directory', function () {
  this.timeout(20_000);
  let folder: string;
  let secrets: SecretWatch;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'milagro-folder-test-'));
    secrets = new SecretWatch([{ name: 'passphrase', value: PASSPHRASE }]);
  });
  afterEach(() => removeFolder(folder));

  const at = (...names: string[]): string => join(folder, ...names);
  const walk = (caps?: Partial<Caps>): Promise<KeptFolder> =>
    walkFolder(folder, (path) => secrets.follow(`file ${path}`), caps);
  const found = (): string[] => secrets.leaks.map(({ where }) => where);

  it('tells what lies there, with its permissions, and finds a secret at any depth', async () => {
    mkdirSync(at('a'), { mode: 0o750 });
    mkdirSync(at('a/b'), { mode: 0o700 });
    writeFileSync(at('a/b/state'), `{"passphrase":"${PASSPHRASE}"}`);
    chmodSync(at('a/b/state'), 0o640);
    const { entries, unread } = await walk();
    assert.deepEqual(entries, [
      { path: '.', kind: 'directory', mode: 0o700 },
      { path: 'a', kind: 'directory', mode: 0o750 },
      { path: 'a/b', kind: 'directory', mode: 0o700 },
      { path: 'a/b/state', kind: 'file', mode: 0o640 },
    ]);
    assert.deepEqual([unread, found()], [[], ['file a/b/state']]);
  });

  it('names links and follows none: neither to itself, nor out of the directory, nor to a device', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'milagro-folder-test-'));
    writeFileSync(join(outside, 'foreign'), PASSPHRASE);
    for (const [name, to] of Object.entries({
      a: '.',
      b: '.',
      root: '/',
      zero: '/dev/zero',
      out: outside,
      file: join(outside, 'foreign'),
    }))
      symlinkSync(to, at(name));
    const { entries, unread } = await walk();
    assert.deepEqual(
      entries
        .filter(({ kind }) => kind === 'link')
        .map(({ path }) => path)
        .sort(),
      ['a', 'b', 'file', 'out', 'root', 'zero'],
    );
    assert.deepEqual([entries.length, unread, found()], [7, [], []]);
    await removeFolder(outside);
  });

  it('opens no pipe, which would wait for a writer for ever', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const { entries } = await walk();
    assert.deepEqual(
      entries.map(({ kind }) => kind),
      ['directory', 'other'],
    );
  });

  it('reads a large file to its end, in pieces, and finds a secret across the border of two', async () => {
    const file = openSync(at('large'), 'w');
    for (let mib = 0; mib < 64; mib++) writeSync(file, Buffer.alloc(MIB, '.'));
    writeSync(file, PASSPHRASE, 40 * MIB - 20);
    writeSync(file, 'x', 64 * MIB);
    closeSync(file);
    const began = performance.now();
    const { unread } = await walk();
    assert.deepEqual([unread, found()], [[], ['file large']]);
    assert.ok(performance.now() - began < 2_000);
  });

  it('finds a secret that is all there is behind a hole', async () => {
    const file = openSync(at('sparse'), 'w');
    writeSync(file, PASSPHRASE, 64 * MIB);
    closeSync(file);
    assert.deepEqual([(await walk()).unread, found()], [[], ['file sparse']]);
  });

  it('reads no file that is one hole', async () => {
    for (let each = 0; each < 150; each++) {
      writeFileSync(at(`s${String(each)}`), '');
      truncateSync(at(`s${String(each)}`), 64 * MIB);
    }
    const began = performance.now();
    assert.deepEqual((await walk()).unread, []);
    assert.ok(performance.now() - began < 2_000);
  });

  it('says what of a file it did not read, and what it did not come to', async () => {
    writeFileSync(at('first'), Buffer.alloc(3 * MIB, '.'));
    assert.deepEqual((await walk({ octets: 2 * MIB })).unread, [`first was read up to octet ${String(2 * MIB)}`]);
    assert.deepEqual((await walk({ octets: 3 * MIB })).unread, []);
    assert.match((await walk({ ms: -1 })).unread.join('\n'), /^\. has more in it than is looked at$/);
  });

  it('has an end in number and depth, and says so', async () => {
    for (let each = 0; each < 30; each++) writeFileSync(at(String(each)), '');
    const { entries, unread } = await walk({ entries: 20 });
    assert.equal(entries.length, 20);
    assert.match(unread[0] ?? '', /^\. holds more than the 20 entries/);
    mkdirSync(at('a/b/c'), { recursive: true });
    assert.deepEqual((await walk({ depth: 2 })).unread, ['a/b lies 2 directories down']);
  });

  it('survives directories that no path leads to, and removes them', async () => {
    execFileSync(process.execPath, ['-e', DEEP], { cwd: folder });
    const { unread } = await walk({ depth: 1_000 });
    assert.match(unread[0] ?? '', /could not be looked at \(ENAMETOOLONG\)$/);
    await removeFolder(folder);
    assert.equal(existsSync(folder), false);
  });

  it('finds files whose names are no UTF-8', async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0xff, 0xfe)]), PASSPHRASE);
    await walk();
    assert.equal(found().length, 1);
  });
});

const DEEP = `
  for (let depth = 0; depth < 60; depth++) {
    require('node:fs').mkdirSync('x'.repeat(200));
    process.chdir('x'.repeat(200));
  }`;
