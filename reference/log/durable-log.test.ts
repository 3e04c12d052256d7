import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { refuses } from '../core/expect-error.ts';
import { bytesToHex } from '../core/hex.ts';
import { verifyConsistency, verifyInclusion } from '../core/log/proof-verification.ts';
import { leafHash, rootOfLeaves } from '../core/log/tree-hash.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { DurableLog } from './durable-log.ts';

const entry = (index: number): Buffer => Buffer.from(`{"entry":${index},"more":"${'x'.repeat(index % 97)}"}`);
const opened: DurableLog[] = [];
afterEach(async () => {
  for (const log of opened.splice(0)) await log.close();
});

async function open(folder: string, head?: Head): Promise<DurableLog> {
  const log = await opening(folder, head);
  opened.push(log);
  return log;
}

async function opening(folder: string, head?: Head): Promise<DurableLog> {
  return DurableLog.open(folder, { ...(head && { head }) });
}

/** A log of `count` entries in a folder, closed. */
async function written(count: number): Promise<{ folder: string; root: Uint8Array }> {
  const folder = temporaryFolder();
  const log = await DurableLog.open(folder);
  await Promise.all(Array.from({ length: count }, async (_, index) => log.append(entry(index))));
  const root = log.root(count);
  await log.close();
  return { folder, root };
}

function rootOf(count: number): string {
  return bytesToHex(rootOfLeaves(Buffer.concat(Array.from({ length: count }, (_, index) => leafHash(entry(index))))));
}

describe('a durable log', () => {
  it('gives entries their places in the order of the calls, and the tree that they make', async () => {
    const log = await open(temporaryFolder());
    const appended = await Promise.all(Array.from({ length: 600 }, async (_, index) => log.append(entry(index))));
    for (const [index, found] of appended.entries()) {
      assert.equal(found.index, index);
      assert.deepEqual(found.leafHash, leafHash(entry(index)));
    }
    for (const size of [0, 1, 255, 256, 257, 600]) assert.equal(bytesToHex(log.root(size)), rootOf(size));
    await refuses(() => log.root(601), 'MDT_LOG_RANGE', 'size');
    const shown = { leafHash: log.leafHash(300), index: 300, size: 600, root: log.root(600) };
    verifyInclusion({ ...shown, proof: log.inclusionProof(300, 600) });
    const [first, second] = [300, 600].map((size) => ({ size, root: log.root(size) })) as [Head, Head];
    verifyConsistency({ first, second, proof: log.consistencyProof(300, 600) });
  });

  it('has entries of one octet and of 65,535, and none of others, nor such as end in 00', async () => {
    const log = await open(temporaryFolder());
    for (const length of [1, 65_535]) await log.append(Buffer.alloc(length, 7));
    for (const length of [0, 65_536])
      await refuses(async () => log.append(Buffer.alloc(length, 7)), 'MDT_SCHEMA', '/entry');
    await refuses(async () => log.append(Buffer.of(7, 0)), 'MDT_SCHEMA', '/entry'); // as room that was never written
    assert.deepEqual(
      log.readEntries(0, 2).map(({ length }) => length),
      [1, 65_535],
    );
  });

  it('shows tiles and bundles as far as its tree reaches', async () => {
    const { folder } = await written(300);
    const log = await open(folder);
    const tile = (level: number | 'entries', index: number, width: number): Uint8Array | undefined =>
      log.tileOctets({ level, index, width });
    assert.deepEqual(Buffer.from(tile(0, 1, 2) ?? []), Buffer.concat([leafHash(entry(256)), leafHash(entry(257))]));
    assert.equal(tile(0, 0, 256)?.length, 256 * 32);
    assert.equal(tile(1, 0, 1)?.length, 32);
    const bundle = Buffer.from(tile('entries', 1, 1) ?? []);
    assert.deepEqual(bundle, Buffer.concat([Buffer.of(0, entry(256).length), entry(256)]));
    for (const beyond of [tile(0, 1, 45), tile(0, 1, 256), tile(1, 0, 2), tile(2, 0, 1), tile('entries', 2, 1)])
      assert.equal(beyond, undefined);
  });

  it('goes on where it was left, whole', async () => {
    const { folder, root } = await written(300);
    const log = await open(folder, { size: 300, root });
    assert.equal(log.size, 300);
    const { index } = await log.append(entry(300));
    assert.equal(index, 300);
    assert.equal(bytesToHex(log.root(301)), rootOf(301));
    assert.deepEqual(log.readEntries(255, 400), [entry(255)]); // up to the end of a bundle
    assert.deepEqual(log.readEntries(256, 258), [entry(256), entry(257)]);
  });

  it('makes its hashes anew where they lag behind or are gone', async () => {
    const { folder } = await written(600);
    truncateSync(join(folder, 'hashes-0'), 100 * 32 + 5);
    rmSync(join(folder, 'hashes-1'));
    const log = await open(folder);
    assert.equal(bytesToHex(log.root(600)), rootOf(600));
    assert.equal(statSync(join(folder, 'hashes-0')).size, 600 * 32);
  });

  it('cuts off an append that was never acknowledged', async () => {
    const { folder, root } = await written(10);
    const whole = statSync(join(folder, 'entries')).size;
    const half = Buffer.concat([Buffer.of(0, 9), Buffer.from('12345678')]);
    // The last ones as a file has them after power was lost: longer already, and not written yet, or in part.
    for (const tail of [
      Buffer.of(0),
      Buffer.of(0, 9),
      half,
      Buffer.alloc(4_096),
      Buffer.concat([half, Buffer.alloc(99)]),
    ]) {
      appendFileSync(join(folder, 'entries'), tail);
      const log = await opening(folder, { size: 10, root });
      assert.equal(log.size, 10);
      await log.close();
      assert.equal(statSync(join(folder, 'entries')).size, whole);
    }
  });

  it('keeps an append that was written whole, whether or not anybody was told', async () => {
    const { folder, root } = await written(10);
    for (const rest of [Buffer.alloc(0), Buffer.alloc(4_096)]) {
      appendFileSync(join(folder, 'entries'), Buffer.concat([Buffer.of(0, entry(10).length), entry(10), rest]));
      const log = await opening(folder, { size: 10, root });
      assert.equal(bytesToHex(log.root(11)), rootOf(11));
      await log.close();
      truncateSync(join(folder, 'entries'), statSync(join(folder, 'entries')).size - 2 - entry(10).length);
      truncateSync(join(folder, 'hashes-0'), 320);
    }
  });

  it('fills holes in its hashes, which the disk had not got when power was lost', async () => {
    const { folder } = await written(600);
    const path = join(folder, 'hashes-0');
    const hashes = readFileSync(path);
    writeFileSync(path, Buffer.from(hashes).fill(0, 32 * 128, 32 * 256));
    assert.equal(bytesToHex((await open(folder)).root(600)), rootOf(600));
    assert.deepEqual(readFileSync(path), hashes);
  });
});

interface Head {
  size: number;
  root: Uint8Array;
}

describe('a damaged log', () => {
  it('is refused with the entry at fault', async () => {
    const { folder } = await written(600);
    const path = join(folder, 'entries');
    const octets = readFileSync(path);
    octets[octets.indexOf('"entry":417') + 3] = 0x21;
    writeFileSync(path, octets);
    await refuses(async () => DurableLog.open(folder), 'MDT_STATE', '/data_dir/log/entries/417');
  });
  it('is refused where a hash is another one', async () => {
    const { folder } = await written(600);
    const path = join(folder, 'hashes-0');
    const hashes = readFileSync(path);
    hashes[32 * 300 + 5] = (hashes[32 * 300 + 5] ?? 0) ^ 1;
    writeFileSync(path, hashes);
    await refuses(async () => DurableLog.open(folder), 'MDT_STATE', '/data_dir/log/entries/300');
  });
  it('is refused where a hash of a higher level is another one, by the first entry below it', async () => {
    const { folder } = await written(600);
    writeFileSync(join(folder, 'hashes-1'), Buffer.alloc(64, 1));
    await refuses(async () => DurableLog.open(folder), 'MDT_STATE', '/data_dir/log/entries/0');
  });
  it('is refused where a piece of it is gone, and not taken for shorter', async () => {
    const { folder } = await written(600);
    const path = join(folder, 'entries');
    const octets = readFileSync(path);
    const start = octets.indexOf('{"entry":417,') - 2;
    for (const hashes of ['there', 'gone']) {
      writeFileSync(path, Buffer.from(octets).fill(0, start, start + 600));
      if (hashes === 'gone') rmSync(join(folder, 'hashes-0'));
      await refuses(async () => DurableLog.open(folder), 'MDT_STATE', '/data_dir/log/entries/417');
    }
    assert.equal(statSync(path).size, octets.length);
  });
  it('is refused where the length of an entry leads beyond its end', async () => {
    const { folder } = await written(600);
    const path = join(folder, 'entries');
    const octets = readFileSync(path);
    const start = octets.indexOf('{"entry":417,') - 2;
    octets[start] = 0xff;
    writeFileSync(path, octets);
    await refuses(async () => DurableLog.open(folder), 'MDT_STATE', '/data_dir/log/entries/417');
    assert.equal(statSync(path).size, octets.length);
  });
  it('is refused where an entry is gone whose hash is there: it was durable before', async () => {
    const { folder } = await written(10);
    const path = join(folder, 'entries');
    truncateSync(path, statSync(path).size - 1);
    await refuses(async () => DurableLog.open(folder), 'MDT_STATE', '/data_dir/log/entries/9');
  });
  it('is refused where acknowledged entries are gone or others, though no hash and no root tells', async () => {
    for (const damage of [
      // The length of an entry leads beyond the end, or into the next ones; the last are gone; one is another.
      (octets: Buffer) => octets.writeUInt8(0xff, octets.indexOf('{"entry":417,') - 2),
      (octets: Buffer) => octets.writeUInt8(0x00, octets.indexOf('{"entry":417,') - 1),
      (octets: Buffer) => octets.fill(0, octets.indexOf('{"entry":597,') - 2),
      (octets: Buffer) => octets.write('"entry":418', octets.indexOf('"entry":417')),
    ]) {
      const { folder } = await written(600);
      const path = join(folder, 'entries');
      const octets = readFileSync(path);
      damage(octets);
      writeFileSync(path, octets);
      for (const name of ['hashes-0', 'hashes-1']) rmSync(join(folder, name));
      await refuses(async () => DurableLog.open(folder), 'MDT_STATE');
      assert.deepEqual(readFileSync(path), octets, 'nothing is cut away');
    }
  });
  it('is refused where acknowledged entries are gone after a kill, which leaves no time to keep anything', async () => {
    const folder = temporaryFolder();
    const { acknowledged } = await writtenByChild(folder, { until: 500 });
    const path = join(folder, 'entries');
    truncateSync(path, (acknowledged.length - 1) * 18);
    for (const name of ['hashes-0', 'hashes-1']) rmSync(join(folder, name), { force: true });
    await refuses(async () => DurableLog.open(folder), 'MDT_STATE');
  }).timeout(60_000);
  it('says which of its files is none', async () => {
    for (const name of ['entries', 'hashes-0', 'head']) {
      const folder = temporaryFolder();
      mkdirSync(join(folder, name));
      await refuses(async () => DurableLog.open(folder), 'MDT_STATE', `/data_dir/log/${name}`);
    }
  });
  it('is refused where entries are missing that were signed', async () => {
    const { folder, root } = await written(10);
    truncateSync(join(folder, 'entries'), statSync(join(folder, 'entries')).size - 1);
    rmSync(join(folder, 'hashes-0'));
    await refuses(async () => opening(folder, { size: 10, root }), 'MDT_STATE', '/data_dir/log/entries/9');
  });
  it('is refused where entry and hash were both made anew, but not what was signed', async () => {
    const { folder, root } = await written(10);
    const path = join(folder, 'entries');
    writeFileSync(path, readFileSync(path).toString('latin1').replace('"entry":4', '"entry":5'), 'latin1');
    rmSync(join(folder, 'hashes-0'));
    await refuses(async () => opening(folder, { size: 10, root }), 'MDT_STATE', '/data_dir/log/entries/9');
  });
});

const WRITER = `
  const { DurableLog } = await import(process.argv[1]);
  const log = await DurableLog.open(process.argv[2]);
  const told = (text) => process.stdout.write(text + '\\n');
  for (let writer = 0; writer < 32; writer += 1) (async () => {
    for (;;) {
      const { index, leafHash } = await log.append(Buffer.from(String(Math.random()).padEnd(Number(process.argv[3]), "0").slice(-Number(process.argv[3]))));
      told(index + ' ' + Buffer.from(leafHash).toString('hex'));
    }
  })().catch(({ code }) => told('refused ' + code));
`;

/** Index and leaf hash of what a child that appends had acknowledged before it ended, and how often it was refused. */
async function writtenByChild(
  folder: string,
  { octets = 16, until = Infinity, limit = '' }: { octets?: number; until?: number; limit?: string },
): Promise<{ acknowledged: [number, string][]; refused: string[] }> {
  const module = new URL('./durable-log.ts', import.meta.url).href;
  const command = [process.execPath, '--input-type=module', '-e', WRITER, module, folder, String(octets)];
  const child = spawn('sh', ['-c', `${limit} exec "$@"`, 'sh', ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged: [number, string][] = [];
  const refused: string[] = [];
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const [index = '', hash = ''] = line.split(' ');
      if (index === 'refused') refused.push(hash);
      else if (hash.length === 64) acknowledged.push([Number(index), hash]);
      if (acknowledged.length === until) child.kill('SIGKILL');
    }
  } finally {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  return { acknowledged, refused };
}

async function expectKept(folder: string, acknowledged: readonly [number, string][]): Promise<void> {
  const log = await DurableLog.open(folder);
  try {
    assert.ok(acknowledged.length > 0);
    for (const [index, hash] of acknowledged) assert.equal(bytesToHex(log.leafHash(index)), hash);
    await log.append(Buffer.from('more'));
  } finally {
    await log.close();
  }
}

describe('a log whose process is killed', function () {
  this.timeout(60_000); // three processes are started
  it('has every entry that was acknowledged', async () => {
    const folder = temporaryFolder();
    for (let round = 0; round < 3; round += 1) {
      const { acknowledged } = await writtenByChild(folder, { until: 500 });
      await expectKept(folder, acknowledged);
    }
  });
});

describe('a log whose disk takes no more', function () {
  this.timeout(60_000);
  // Small entries have larger hashes.
  for (const [what, octets] of [
    ['of its hashes', 3],
    ['of its entries', 200],
  ] as const)
    it(`${what} has every entry that was acknowledged, refuses the others, and goes on where there is room`, async () => {
      const folder = temporaryFolder();
      const { acknowledged, refused } = await writtenByChild(folder, { octets, limit: 'ulimit -f 64;' });
      assert.deepEqual(new Set(refused), new Set(['MDT_STATE']));
      assert.equal(refused.length, 32);
      assert.equal(statSync(join(folder, 'entries')).size, acknowledged.length * (2 + octets));
      await expectKept(folder, acknowledged);
    });
});
