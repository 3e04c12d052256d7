/** A D-TA whose disk runs full, or fails. */
import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { SimulatedNode } from '../chain/simulated-node.ts';
import { refuses } from '../core/expect-error.ts';
import type { HostedActivityRoot } from '../gen/schemas.ts';
import { SmallDisk } from '../log/small-disk-fixture.ts';
import { fund, testSecrets } from './test-parts.ts';
import { IMPORTED, start, stopAll, type Started } from './test-service.ts';

const POLICY = {
  log_period_seconds: 1,
  anchor_period_seconds: 1_000,
  canary_max_age_seconds: 4_000,
  confirmations: 2,
  channel_confirmations: 3,
};
const SUBJECT = 'cd'.repeat(32);

afterEach(stopAll);

async function bornOn(disk: SmallDisk): Promise<Started> {
  const node = new SimulatedNode(20);
  const started = await start(node, { policy: POLICY }, undefined, disk);
  await started.until('MDT_UNFUNDED');
  fund(node, { ...testSecrets(), ...IMPORTED });
  await started.until('ready', node);
  return started;
}

async function newestRoot(started: Started): Promise<HostedActivityRoot['activity_root'] | undefined> {
  const answer = await started.get('/milagro/v1/log/root');
  return answer.status === 200 ? ((await answer.json()) as HostedActivityRoot).activity_root : undefined;
}

async function health(started: Started): Promise<{ status: string; waiting?: string }> {
  return (await (await started.get('/milagro/v1/health')).json()) as { status: string; waiting?: string };
}

async function eventually(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe('a D-TA whose disk is full', function () {
  this.timeout(30_000);

  it('says so and not that it is well, refuses entries, and goes on with both entries and roots when there is room', async () => {
    const disk = new SmallDisk();
    const started = await bornOn(disk);
    await started.service.append('app', SUBJECT);
    await eventually(async () => (await newestRoot(started))?.tree_size === 1);
    disk.room = 0;
    await refuses(async () => started.service.append('app', SUBJECT), 'MDT_STATE', '/data_dir/log');
    const { status, waiting } = await health(started);
    assert.deepEqual([status, waiting], ['degraded', 'MDT_STATE']);
    const full = await newestRoot(started);
    disk.room = Infinity;
    await eventually(async () => ((await newestRoot(started))?.seq ?? 0) > (full?.seq ?? 0) + 1);
    assert.equal((await started.service.append('app', SUBJECT)).index, 1);
    await eventually(async () => (await newestRoot(started))?.tree_size === 2);
    await eventually(async () => (await health(started)).waiting === undefined);
  });

  it('ends where a disk has failed to keep what was written', async () => {
    const disk = new SmallDisk();
    const started = await bornOn(disk);
    disk.syncs = false;
    await refuses(async () => started.service.append('app', SUBJECT), 'MDT_STATE', '/data_dir');
    await refuses(async () => started.ended, 'MDT_STATE', '/data_dir');
  });

  it('ends where it has failed to keep a root', async () => {
    const disk = new SmallDisk();
    const started = await bornOn(disk);
    disk.syncs = false;
    await refuses(async () => started.ended, 'MDT_STATE', '/data_dir');
  });
});
