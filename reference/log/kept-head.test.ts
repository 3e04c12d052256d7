import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuses } from '../core/expect-error.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { DurableLog } from './durable-log.ts';

const LENGTH = 16;
const entry = (index: number): Buffer => Buffer.from(`entry ${String(index).padStart(LENGTH - 6, '0')}`);

/** Adds entries, as one life of a service. */
async function live(folder: string, from: number, to: number): Promise<void> {
  const log = await DurableLog.open(folder);
  for (let index = from; index < to; index += 1) await log.append(entry(index));
  await log.close();
}

async function sizeOf(folder: string): Promise<number> {
  const log = await DurableLog.open(folder);
  await log.close();
  return log.size;
}

const isRefused = async (folder: string): Promise<void> =>
  refuses(async () => DurableLog.open(folder), 'MDT_STATE', '/data_dir/log/head');

describe('the head of a log', () => {
  it('is there before an entry is', async () => {
    const folder = temporaryFolder();
    await (await DurableLog.open(folder)).close();
    assert.notEqual(statSync(join(folder, 'head')).size, 0);
    assert.equal(await sizeOf(folder), 0);
  });

  it('may be of before, and one of its slots torn', async () => {
    const folder = temporaryFolder();
    const head = join(folder, 'head');
    await live(folder, 0, 20);
    const early = readFileSync(head);
    await live(folder, 20, 23);
    const torn = Buffer.from(readFileSync(head)).fill(0x5e, 0, 20);
    for (const kept of [torn, early]) {
      writeFileSync(head, kept);
      assert.equal(await sizeOf(folder), 23);
    }
  });

  it('is missed where none of it is whole, and is not made anew', async () => {
    const folder = temporaryFolder();
    const head = join(folder, 'head');
    await live(folder, 0, 20);
    const whole = readFileSync(head);
    for (const damaged of [Buffer.alloc(0), Buffer.from('no head'), Buffer.alloc(whole.length, 7)]) {
      writeFileSync(head, damaged);
      await isRefused(folder);
      assert.deepEqual(readFileSync(head), damaged);
    }
    rmSync(head);
    await isRefused(folder);
    await isRefused(folder);
    writeFileSync(head, whole);
    assert.equal(await sizeOf(folder), 20);
  });

  it('is missed where it is gone with the last entries, though what is left fits', async () => {
    const folder = temporaryFolder();
    await live(folder, 0, 20);
    const entries = join(folder, 'entries');
    truncateSync(entries, statSync(entries).size / 2);
    for (const name of ['head', 'hashes-0']) rmSync(join(folder, name));
    await isRefused(folder);
  });
});
