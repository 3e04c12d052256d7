import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { refuses } from '../core/expect-error.ts';
import { bytesToHex } from '../core/hex.ts';
import { leafHash, rootOfLeaves } from '../core/log/tree-hash.ts';
import { Clock } from '../runtime/clock.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { ActivityLog } from './activity-log.ts';
import { SyncFailure } from './disk.ts';
import { DocumentSeries } from './document-series.ts';
import { DurableLog } from './durable-log.ts';
import { NOTHING } from './extent.ts';
import { LogSigner } from './log-signer.ts';
import { SmallDisk } from './small-disk-fixture.ts';

const entry = (index: number): Buffer => Buffer.from(`{"entry":${index},"more":"${'x'.repeat(index % 97)}"}`);

async function fill(log: DurableLog, from: number, to: number): Promise<void> {
  await Promise.all(Array.from({ length: to - from }, async (_, index) => log.append(entry(from + index))));
}

function rootOf(count: number): string {
  return bytesToHex(rootOfLeaves(Buffer.concat(Array.from({ length: count }, (_, index) => leafHash(entry(index))))));
}

describe('a log on a full disk', () => {
  // In the entries, in the hashes of level 0, and in those of level 1, which come when the 512th is there.
  for (const [what, kept, more, room] of [
    ['in the middle of its entries', 500, 20, 300],
    ['before its entries', 500, 20, 0],
    ['in the middle of its hashes', 500, 3, 3 * 82 + 33],
    ['between the levels of its hashes', 500, 15, 15 * 82 + 15 * 32],
  ] as const)
    it(`that ends ${what} refuses what it has no room for, and goes on when there is room`, async () => {
      const [folder, disk] = [temporaryFolder(), new SmallDisk()];
      const log = await DurableLog.open(folder, { disk });
      await fill(log, 0, kept);
      const { size } = statSync(join(folder, 'entries'));
      disk.room = room;
      const refused = await Promise.allSettled(
        Array.from({ length: more }, async (_, index) => log.append(Buffer.alloc(80, 7 + index))),
      );
      assert.ok(refused.every(({ status }) => status === 'rejected'));
      assert.ok(log.stalled);
      assert.deepEqual([log.size, statSync(join(folder, 'entries')).size], [kept, size]);
      await refuses(async () => log.append(Buffer.alloc(60_000, 7)), 'MDT_STATE', '/data_dir/log');
      disk.room = Infinity;
      await fill(log, kept, 1_000);
      assert.equal(log.stalled, undefined);
      for (const at of [1, kept, 512, 1_000]) assert.equal(bytesToHex(log.root(at)), rootOf(at));
      await log.close();
      const again = await DurableLog.open(folder, { head: { size: 1_000, root: Buffer.from(rootOf(1_000), 'hex') } });
      await again.close();
    });

  it('tells those who wait, and rejects nothing that nobody waits for', async () => {
    const unheard: unknown[] = [];
    const hear = (reason: unknown): void => void unheard.push(reason);
    process.on('unhandledRejection', hear);
    const disk = new SmallDisk();
    const log = await DurableLog.open(temporaryFolder(), { disk });
    disk.room = 0;
    await refuses(async () => log.append(entry(0)), 'MDT_STATE', '/data_dir/log');
    await setTimeout(1);
    process.off('unhandledRejection', hear);
    assert.deepEqual(unheard, []);
    await log.close();
  });

  it('writes nothing more after a sync that failed, nor where it cannot be cut back', async () => {
    for (const fail of [
      (disk: SmallDisk) => (disk.syncs = false),
      (disk: SmallDisk) => {
        disk.truncates = false;
        disk.room = 5;
      },
    ]) {
      const [folder, disk] = [temporaryFolder(), new SmallDisk()];
      const log = await DurableLog.open(folder, { disk });
      await fill(log, 0, 10);
      fail(disk);
      await assert.rejects(async () => log.append(entry(10)), SyncFailure);
      Object.assign(disk, { syncs: true, truncates: true, room: Infinity });
      const { size } = statSync(join(folder, 'entries'));
      await assert.rejects(async () => log.append(entry(10)), SyncFailure);
      assert.equal(statSync(join(folder, 'entries')).size, size);
      await log.close();
    }
  });

  it('closes the periods that it could not fill, without what was refused', async () => {
    const disk = new SmallDisk();
    const entries = await DurableLog.open(temporaryFolder(), { disk });
    const clock = new Clock();
    const parts = { entries, clock, signer: new LogSigner(new Uint8Array(32)), entityId: new Uint8Array(32) };
    const log = new ActivityLog(parts);
    const act = { event: 'test', kind: 'app', subject: 'ab'.repeat(32) } as const;
    await log.append(act);
    disk.room = 0;
    const refused = [1, 2, 3].map(async () => log.append(act));
    const closing = log.closeAt(clock.now() + 10);
    assert.deepEqual(new Set((await Promise.allSettled(refused)).map(({ status }) => status)), new Set(['rejected']));
    assert.equal((await closing).size, 1);
    assert.equal((await log.closeAt(clock.now() + 20)).size, 1);
    disk.room = Infinity;
    const { index, time } = await log.append(act); // of a period that is not closed
    assert.deepEqual([index, Date.parse(time) / 1000 >= clock.now() + 19], [1, true]);
    assert.equal((await log.closeAt(Date.parse(time) / 1000)).size, 1);
    assert.equal((await log.closeAt(Date.parse(time) / 1000 + 1)).size, 2);
    await entries.close();
  });
});

describe('a series of documents on a full disk', () => {
  const keeper = { extent: NOTHING, keep: () => undefined, verify: () => undefined };
  const document = (seq: number): { seq: number; previous: string; entity_id: string } => ({
    ...{ seq, previous: 'aa', entity_id: 'bb' },
  });

  it('goes on when there is room', async () => {
    const [path, disk] = [join(temporaryFolder(), 'series'), new SmallDisk()];
    const series = DocumentSeries.open(path, keeper, disk);
    series.append(document(0), '00');
    const before = readFileSync(path);
    disk.room = 5;
    await refuses(() => series.append(document(1), '00'), 'MDT_STATE', '/data_dir');
    assert.deepEqual([readFileSync(path), series.length], [before, 1]);
    disk.room = Infinity;
    series.append(document(1), '00');
    assert.equal(series.length, 2);
    series.close();
  });

  it('writes nothing more after a sync that failed', () => {
    const [path, disk] = [join(temporaryFolder(), 'series'), new SmallDisk()];
    const series = DocumentSeries.open(path, keeper, disk);
    disk.syncs = false;
    assert.throws(() => series.append(document(0), '00'), SyncFailure);
    disk.syncs = true;
    const before = readFileSync(path);
    assert.throws(() => series.append(document(0), '00'), SyncFailure);
    assert.deepEqual(readFileSync(path), before);
    series.close();
  });
});
