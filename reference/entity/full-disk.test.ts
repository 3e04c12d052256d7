/** A D-TA whose disk runs full, or fails. */
import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { refuses } from '../core/expect-error.ts';
import type { HostedActivityRoot } from '../gen/schemas.ts';
import { SmallDisk } from '../log/small-disk-fixture.ts';
import { bornLogging, eventually } from './test-logging.ts';
import { stopAll, type Started } from './test-service.ts';

const POLICY = {
  log_period_seconds: 1,
  anchor_period_seconds: 1_000,
  canary_max_age_seconds: 4_000,
  confirmations: 2,
  channel_confirmations: 3,
};
const SUBJECT = 'cd'.repeat(32);

afterEach(stopAll);

async function newestRoot(started: Started): Promise<HostedActivityRoot['activity_root'] | undefined> {
  const answer = await started.get('/milagro/v1/log/root');
  return answer.status === 200 ? ((await answer.json()) as HostedActivityRoot).activity_root : undefined;
}

async function health(started: Started): Promise<{ status: string; waiting?: string }> {
  return (await (await started.get('/milagro/v1/health')).json()) as { status: string; waiting?: string };
}

async function until(look: () => Promise<boolean>): Promise<void> {
  await eventually(async () => (await look()) || undefined);
}

describe('a D-TA whose disk is full', function () {
  this.timeout(30_000);

  it('says so and not that it is well, refuses entries, and goes on with both entries and roots when there is room', async () => {
    const disk = new SmallDisk();
    const started = await bornLogging(POLICY, disk);
    await started.service.append('app', SUBJECT);
    await until(async () => (await newestRoot(started))?.tree_size === 1);
    disk.room = 0;
    await refuses(async () => started.service.append('app', SUBJECT), 'MDT_STATE', '/data_dir/log');
    const { status, waiting } = await health(started);
    assert.deepEqual([status, waiting], ['degraded', 'MDT_STATE']);
    const full = await newestRoot(started);
    disk.room = Infinity;
    await until(async () => ((await newestRoot(started))?.seq ?? 0) > (full?.seq ?? 0) + 1);
    assert.equal((await started.service.append('app', SUBJECT)).index, 1);
    await until(async () => (await newestRoot(started))?.tree_size === 2);
    await until(async () => (await health(started)).waiting === undefined);
  });

  it('ends where a disk has failed to keep what was written', async () => {
    const disk = new SmallDisk();
    const started = await bornLogging(POLICY, disk);
    disk.syncs = false;
    await refuses(async () => started.service.append('app', SUBJECT), 'MDT_STATE', '/data_dir');
    await refuses(async () => started.ended, 'MDT_STATE', '/data_dir');
  });

  it('ends where it has failed to keep a root', async () => {
    const disk = new SmallDisk();
    const started = await bornLogging(POLICY, disk);
    disk.syncs = false;
    await refuses(async () => started.ended, 'MDT_STATE', '/data_dir');
  });
});
