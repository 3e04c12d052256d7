import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { loadBenchmarks } from './benchmarks.ts';
import { measure } from './measure.ts';

/** Some 10 µs and some 40 µs of work that no compiler leaves out. */
const busy = (loops: number) => (): number =>
  Array.from({ length: loops }, (_, index) => Math.sqrt(index)).reduce((a, b) => a + b, 0);

describe('measure', () => {
  // Tried again, because a machine under load can stop either side for longer than a sample takes.
  it('gives a ratio above 1 where ours is faster, and below where it is slower', async () => {
    const faster = await measure({ id: 'a/b', peerName: 'slow', ours: busy(500), peer: busy(5_000) }, 5);
    const slower = await measure({ id: 'a/b', peerName: 'fast', ours: busy(5_000), peer: busy(500) }, 5);
    assert.ok(faster.ratio > 2, String(faster.ratio));
    assert.ok(slower.ratio < 0.5, String(slower.ratio));
    assert.deepEqual([faster.id, faster.peerName, faster.runs, faster.unit], ['a/b', 'slow', 5, 'µs/op']);
  })
    .timeout(15_000)
    .retries(3);
});

describe('benchmarks', () => {
  it('have ids of their own and both sides accept what is measured', async () => {
    const benchmarks = loadBenchmarks();
    assert.equal(new Set(benchmarks.map(({ id }) => id)).size, benchmarks.length);
    for (const { ours, peer } of benchmarks) {
      await ours();
      assert.notEqual(await peer(), false);
    }
  }).timeout(30_000);
});
