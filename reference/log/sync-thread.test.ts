import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { SyncThread } from './sync-thread.ts';

/** Threads are online some time after they were started, and until then the pool syncs. */
async function ofThread(): Promise<SyncThread> {
  const thread = new SyncThread(1);
  const descriptor = openSync(join(temporaryFolder(), 'first'), 'w');
  for (let turn = 0; !thread.isOnline && turn < 500; turn += 1) {
    await thread.sync(descriptor);
    await setTimeout(10);
  }
  closeSync(descriptor);
  assert.ok(thread.isOnline);
  return thread;
}

for (const [by, make] of [
  ['the pool', async () => Promise.resolve(new SyncThread(Infinity))],
  ['a thread', ofThread],
] as const)
  describe(`files that are synced by ${by}`, () => {
    it('may be several at the same time', async () => {
      const thread = await make();
      const descriptors = ['a', 'b', 'c'].map((name) => openSync(join(temporaryFolder(), name), 'w'));
      for (let turn = 0; turn < 20; turn += 1)
        await Promise.all(
          descriptors.map(async (descriptor) => {
            writeSync(descriptor, 'x');
            await thread.sync(descriptor);
          }),
        );
      descriptors.forEach(closeSync);
      await thread.end();
    });

    it('fail with the code of the system, and others go on', async () => {
      const thread = await make();
      const folder = temporaryFolder();
      const [gone, there] = [openSync(join(folder, 'gone'), 'w'), openSync(join(folder, 'there'), 'w')];
      closeSync(gone);
      const outcomes = await Promise.allSettled([gone, there, gone].map(async (each) => thread.sync(each)));
      assert.deepEqual(
        outcomes.map((outcome) => (outcome.status === 'rejected' ? (outcome.reason as NodeJS.ErrnoException).code : 0)),
        ['EBADF', 0, 'EBADF'],
      );
      closeSync(there);
      await thread.end();
    });
  });

describe('a thread that syncs', () => {
  it('fails what waits for it, and what comes after, when it ends', async () => {
    const thread = await ofThread();
    const descriptor = openSync(join(temporaryFolder(), 'file'), 'w');
    await thread.end();
    await assert.rejects(async () => thread.sync(descriptor), /thread/);
    closeSync(descriptor);
  });

  it('keeps no process from ending, and lets none end before a sync', () => {
    const module = JSON.stringify(join(import.meta.dirname, 'sync-thread.ts'));
    const script = `
      const { SyncThread } = await import(${module});
      const { openSync } = await import('node:fs');
      const thread = new SyncThread(1);
      const file = openSync(process.argv[1], 'w');
      while (!thread.isOnline) await thread.sync(file).then(() => new Promise((resolve) => setTimeout(resolve, 5)));
      await thread.sync(file);
      console.log('synced');`;
    const given = ['--input-type=module', '--eval', script, join(temporaryFolder(), 'file')];
    assert.equal(execFileSync(process.execPath, given, { encoding: 'utf8', timeout: 9_000 }), 'synced\n');
  });
});
