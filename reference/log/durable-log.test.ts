import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
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

async function open(...[folder, head]: Parameters<typeof DurableLog.open>): Promise<DurableLog> {
  const log = await DurableLog.open(folder, head);
  opened.push(log);
  return log;
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

  it('has entries of one octet and of 65,535, and none of others', async () => {
    const log = await open(temporaryFolder());
    for (const length of [1, 65_535]) await log.append(Buffer.alloc(length, 7));
    for (const length of [0, 65_536])
      await refuses(async () => log.append(Buffer.alloc(length)), 'MDT_SCHEMA', '/entry');
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

  it('cuts off an append that was never acknowledged, and its hash', async () => {
    const { folder, root } = await written(10);
    const whole = statSync(join(folder, 'entries')).size;
    for (const tail of [Buffer.of(0), Buffer.of(0, 9), Buffer.concat([Buffer.of(0, 9), Buffer.from('12345678')])]) {
      appendFileSync(join(folder, 'entries'), tail);
      appendFileSync(join(folder, 'hashes-0'), Buffer.alloc(32, 1));
      const log = await DurableLog.open(folder, { size: 10, root });
      assert.equal(log.size, 10);
      await log.close();
      assert.equal(statSync(join(folder, 'entries')).size, whole);
      assert.equal(statSync(join(folder, 'hashes-0')).size, 320);
    }
  });

  it('takes room that was never written for the end, as a file has it after power was lost', async () => {
    const { folder, root } = await written(10);
    appendFileSync(join(folder, 'entries'), Buffer.alloc(4_096));
    assert.equal((await open(folder, { size: 10, root })).size, 10);
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
  it('is refused where entries are missing that were signed', async () => {
    const { folder, root } = await written(10);
    truncateSync(join(folder, 'entries'), statSync(join(folder, 'entries')).size - 1);
    await refuses(async () => DurableLog.open(folder, { size: 10, root }), 'MDT_STATE', '/data_dir/log/entries/9');
  });
  it('is refused where entry and hash were both made anew, but not what was signed', async () => {
    const { folder, root } = await written(10);
    const path = join(folder, 'entries');
    writeFileSync(path, readFileSync(path).toString('latin1').replace('"entry":4', '"entry":5'), 'latin1');
    rmSync(join(folder, 'hashes-0'));
    await refuses(async () => DurableLog.open(folder, { size: 10, root }), 'MDT_STATE', '/data_dir/log/entries/9');
  });
});

describe('a log whose process is killed', function () {
  this.timeout(60_000); // three processes are started
  it('has every entry that was acknowledged', async () => {
    const folder = temporaryFolder();
    for (let round = 0; round < 3; round += 1) {
      const acknowledged = await killedWhileAppending(folder);
      const log = await DurableLog.open(folder);
      try {
        assert.ok(acknowledged.length > 0);
        for (const [index, hash] of acknowledged) assert.equal(bytesToHex(log.leafHash(index)), hash);
      } finally {
        await log.close();
      }
    }
  });
});

const CHILD = `
  const { DurableLog } = await import(process.argv[1]);
  const log = await DurableLog.open(process.argv[2]);
  for (let writer = 0; writer < 32; writer += 1) (async () => {
    for (;;) {
      const { index, leafHash } = await log.append(Buffer.from(String(Math.random())));
      process.stdout.write(index + ' ' + Buffer.from(leafHash).toString('hex') + '\\n');
    }
  })();
`;

/** Index and leaf hash of what a child had acknowledged when it was killed. */
async function killedWhileAppending(folder: string): Promise<[number, string][]> {
  const module = new URL('./durable-log.ts', import.meta.url).href;
  const child = spawn(process.execPath, ['--input-type=module', '-e', CHILD, module, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const acknowledged: [number, string][] = [];
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const [index = '', hash = ''] = line.split(' ');
      if (hash.length === 64) acknowledged.push([Number(index), hash]);
      if (acknowledged.length === 500) child.kill('SIGKILL');
    }
  } finally {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  return acknowledged;
}
