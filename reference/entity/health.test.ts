import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { openLog } from '../runtime/log.ts';
import { Health, type Observed } from './health.ts';

/** Health of a wallet that holds `sat` at 2 sat/vB, where an anchor costs 414 and 40,000 are kept. */
async function healthAt(
  sat: number,
  changes: Partial<Observed> = {},
): Promise<{ status: string; affordable: number | undefined; logged: string[] }> {
  const logged: string[] = [];
  const health = new Health(
    2,
    openLog('dta', { write: (line) => logged.push((JSON.parse(line) as { level: string }).level) }),
  );
  const observed = { address: 'bcrt1q', heartbeatsStopped: false, retired: false, ...changes };
  await health.observe({ balance: async () => sat, ...observed });
  const { status, anchors_affordable: affordable } = health.document(true, undefined);
  return { status, affordable, logged };
}

describe('health', () => {
  it('is ok from 30 anchors on, warns below, and is degraded below 3', async () => {
    assert.deepEqual(await healthAt(40_000 + 30 * 414), { status: 'ok', affordable: 30, logged: [] });
    assert.deepEqual(await healthAt(40_000 + 30 * 414 - 1), { status: 'warning', affordable: 29, logged: ['warn'] });
    assert.deepEqual(await healthAt(40_000 + 3 * 414), { status: 'warning', affordable: 3, logged: ['warn'] });
    assert.deepEqual(await healthAt(40_000 + 3 * 414 - 1), { status: 'degraded', affordable: 2, logged: ['warn'] });
  });

  it('is degraded while heartbeats are stopped, and ok once nothing is anchored any more', async () => {
    assert.equal((await healthAt(40_000 + 30 * 414, { heartbeatsStopped: true })).status, 'degraded');
    assert.equal((await healthAt(0, { retired: true })).status, 'ok');
  });

  it('is not_ready before the record is shown, and degraded while something is waited for', () => {
    const health = new Health(undefined, openLog('dta', { write: () => undefined }));
    assert.deepEqual(health.document(false, 'MDT_UNFUNDED'), {
      status: 'not_ready',
      ready: false,
      waiting: 'MDT_UNFUNDED',
    });
    assert.deepEqual(health.document(true, 'MDT_CHAIN_UNAVAILABLE'), {
      status: 'degraded',
      ready: true,
      waiting: 'MDT_CHAIN_UNAVAILABLE',
    });
  });
});
