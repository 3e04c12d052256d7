import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { refuses } from '../core/expect-error.ts';
import { DataDirectory } from './data-directory.ts';
import { Entropy } from './entropy.ts';
import { SealedFile } from './sealed-file.ts';
import { temporaryFolder } from './temporary-folder.ts';

const PASSPHRASE = 'a passphrase of some length';
const SECRET = 'the secret that must not lie there in the clear';
const entropy = new Entropy(randomBytes);
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

const fifo = (path: string): void => assert.equal(spawnSync('mkfifo', [path]).status, 0);
/** What opening would hang on, or lead elsewhere. */
const ODD_FILES: Record<string, (path: string) => void> = {
  'a FIFO': fifo,
  'a folder': (path) => mkdirSync(path),
  'a link to a device': (path) => symlinkSync('/dev/zero', path),
  'a link to a file': (path) => symlinkSync('/etc/hostname', path),
};

/** A folder with a sealed file in it. */
async function sealed(): Promise<{ folder: string; path: string }> {
  const folder = temporaryFolder();
  const directory = new DataDirectory(folder);
  const { file } = await SealedFile.open(directory, 's', PASSPHRASE, entropy);
  file.write(Buffer.from(SECRET));
  directory.close();
  return { folder, path: join(folder, 's') };
}

async function open(folder: string, passphrase = PASSPHRASE): Promise<string | undefined> {
  const directory = new DataDirectory(folder);
  try {
    return (await SealedFile.open(directory, 's', passphrase, entropy)).content?.toString('utf8');
  } finally {
    directory.close();
  }
}

describe('SealedFile', () => {
  it('gives back what was written last, to the same passphrase', async () => {
    const { folder } = await sealed();
    assert.equal(await open(folder), SECRET);
    assert.equal(await open(temporaryFolder()), undefined);
  });

  it('holds nothing of its content in the clear, and never the same octets twice', async () => {
    const [one, two] = [readFileSync((await sealed()).path), readFileSync((await sealed()).path)];
    assert.equal(one.includes('secret'), false);
    assert.notDeepEqual(one, two);
    assert.notDeepEqual(one.subarray(11, 27), two.subarray(11, 27)); // salt
  });

  it('uses another nonce for each write', async () => {
    const { folder, path } = await sealed();
    const directory = new DataDirectory(folder);
    const { file } = await SealedFile.open(directory, 's', PASSPHRASE, entropy);
    const nonces = Array.from({ length: 20 }, () => {
      file.write(Buffer.from(SECRET));
      return readFileSync(path).subarray(27, 39).toString('hex');
    });
    directory.close();
    assert.equal(new Set(nonces).size, 20);
  });

  it('refuses another passphrase with MDT_STATE and leaves the file as it is', async () => {
    const { folder, path } = await sealed();
    const before = readFileSync(path);
    await refuses(() => open(folder, 'another passphrase'), 'MDT_STATE', '/passphrase');
    assert.deepEqual(readFileSync(path), before);
  });

  it('takes a passphrase in either Unicode form', async () => {
    const folder = temporaryFolder();
    const directory = new DataDirectory(folder);
    (await SealedFile.open(directory, 's', 'Übermäßig geheim', entropy)).file.write(Buffer.from(SECRET));
    directory.close();
    assert.equal(await open(folder, 'Übermäßig geheim'.normalize('NFD')), SECRET);
  });

  it('refuses a file with any octet of head, nonce, content or tag changed, cut short or left over', async () => {
    const { folder, path } = await sealed();
    const good = readFileSync(path);
    const places = [0, 7, 8, 9, 10, 11, 26, 27, 38, 39, good.length - 17, good.length - 1];
    const damaged = places.map((place) => good.map((octet, at) => (at === place ? octet ^ 1 : octet)));
    const others = [
      Buffer.alloc(0),
      good.subarray(0, 30),
      good.subarray(0, -1),
      Buffer.concat([good, Buffer.alloc(1)]),
    ];
    for (const octets of [...damaged, ...others]) {
      writeFileSync(path, octets);
      await refuses(() => open(folder), 'MDT_STATE', '/passphrase');
      assert.deepEqual(readFileSync(path), Buffer.from(octets));
    }
  }).timeout(10_000);

  it('refuses costs that would take all memory, before it tries', async () => {
    const { folder, path } = await sealed();
    const octets = readFileSync(path);
    // log2 N, r, p: beyond the bound of each, and within them but together minutes of work
    for (const costs of [
      [40, 8, 1],
      [20, 32, 16],
      [20, 8, 1],
      [15, 8, 16],
    ]) {
      octets.set(costs, 8);
      writeFileSync(path, octets);
      const began = performance.now();
      await refuses(() => open(folder), 'MDT_STATE', '/passphrase');
      assert.ok(performance.now() - began < 500);
    }
  });

  it('does the most work that it takes from a file in a second or a few', async function () {
    this.timeout(30_000);
    const { folder, path } = await sealed();
    const octets = readFileSync(path);
    octets.set([18, 8, 1], 8);
    writeFileSync(path, octets);
    const began = performance.now();
    await refuses(() => open(folder), 'MDT_STATE', '/passphrase'); // another key, which opens nothing
    const took = performance.now() - began;
    assert.ok(took > 100 && took < 15_000, String(took));
  });
});

describe('DataDirectory', () => {
  it('makes the folder and its files for their user only (MDT-SEC-004)', () => {
    const folder = join(temporaryFolder(), 'deep', 'er');
    const before = process.umask(0);
    const directory = new DataDirectory(folder);
    directory.replace('f', Buffer.from('x'));
    process.umask(before);
    assert.equal(modeOf(folder), '700');
    for (const name of readdirSync(folder)) assert.equal(modeOf(join(folder, name)), '600', name);
    directory.close();
  });

  it('narrows the mode of a folder that stood already', () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    new DataDirectory(folder).close();
    assert.equal(modeOf(folder), '700');
  });

  it('replaces a file as a whole, past what a life that ended in the middle left behind', () => {
    const folder = temporaryFolder();
    const directory = new DataDirectory(folder);
    writeFileSync(join(folder, 'f.new'), 'half a fil');
    directory.replace('f', Buffer.from('whole'));
    directory.replace('f', Buffer.from('again'));
    assert.equal(directory.read('f')?.toString(), 'again');
    assert.equal(directory.read('g'), undefined);
    assert.equal(readdirSync(folder).includes('f.new'), false);
    directory.close();
  });

  it('is used by one at a time, and by the next once it is closed', async () => {
    const folder = temporaryFolder();
    const first = new DataDirectory(folder);
    await refuses(() => new DataDirectory(folder), 'MDT_STATE', '/data_dir');
    first.close();
    new DataDirectory(folder).close();
  });

  it('is free again when the process that used it was killed', () => {
    const folder = temporaryFolder();
    const module = new URL('data-directory.ts', import.meta.url).href;
    const program = `const { DataDirectory } = await import(${JSON.stringify(module)}); globalThis.kept = new DataDirectory(${JSON.stringify(folder)}); process.kill(process.pid, 'SIGKILL');`;
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', program]);
    assert.equal(signal, 'SIGKILL');
    new DataDirectory(folder).close();
  });

  it('refuses a path that is no folder, with what the system said', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    await refuses(() => new DataDirectory(join(folder, 'file')), 'MDT_STATE', '/data_dir');
    await refuses(() => new DataDirectory(join(folder, 'file', 'below')), 'MDT_STATE', '/data_dir');
    for (const path of ['/proc/x', '/proc/x/y', '/dev/null', '/dev/null/x', 'nul\0', `/${'x/'.repeat(5_000)}`, ''])
      await refuses(() => new DataDirectory(path), 'MDT_STATE', '/data_dir');
  });

  for (const [what, make] of Object.entries(ODD_FILES)) {
    it(`refuses ${what} in the place of a file at once, and follows no link`, async () => {
      const folder = temporaryFolder();
      const directory = new DataDirectory(folder);
      make(join(folder, 's'));
      await refuses(() => directory.read('s'), 'MDT_STATE', '/data_dir');
      directory.close();
      rmSync(join(folder, 'lock'));
      make(join(folder, 'lock'));
      await refuses(() => new DataDirectory(folder), 'MDT_STATE', '/data_dir');
    });
  }

  it('takes no notice of a FIFO where SQLite would keep a journal', () => {
    const folder = temporaryFolder();
    for (const name of ['lock-journal', 'lock-wal', 'lock-shm']) fifo(join(folder, name));
    new DataDirectory(folder).close();
  });

  it('reads no file that would fill the memory', async () => {
    const folder = temporaryFolder();
    const directory = new DataDirectory(folder);
    writeFileSync(join(folder, 's'), '');
    truncateSync(join(folder, 's'), 2 ** 40);
    await refuses(() => directory.read('s'), 'MDT_STATE', '/data_dir');
    directory.close();
  });

  it('refuses a state file that cannot be read as one', async () => {
    const folder = temporaryFolder();
    const directory = new DataDirectory(folder);
    mkdirSync(join(folder, 's'));
    await refuses(() => directory.read('s'), 'MDT_STATE', '/data_dir');
    await refuses(() => directory.replace('s', Buffer.from('x')), 'MDT_STATE', '/data_dir');
    directory.close();
  });
});
