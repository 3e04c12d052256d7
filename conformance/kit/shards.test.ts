import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { SUITES } from '../suites/index.ts';
import { SCENES, type SceneName } from '../world/scenes/index.ts';
import type { Check, Suite } from './check.ts';
import { KitError } from './kit-error.ts';
import { checkOf, suiteOf } from './sample-ledger.ts';
import { shardOf } from './shards.ts';

const checksOf = (suites: readonly Suite[]): Check[] => suites.flatMap(({ checks }) => checks);
const scenesOf = (suites: readonly Suite[]): Set<SceneName> =>
  new Set(checksOf(suites).flatMap(({ scenes }) => scenes));
const all = (suites: readonly Suite[], count: number): Suite[][] =>
  Array.from({ length: count }, (_, index) => shardOf(suites, { index: index + 1, count }));
const on = (id: string, scenes: SceneName[], over: Partial<Check> = {}): Check =>
  checkOf(`MDT-AAA-001/${id}`, undefined, { ...over, scenes });

describe('the shards of a run', () => {
  for (const count of [1, 2, 3, 5]) {
    it(`stage each scene once, and judge each check where its scenes are: ${String(count)}`, () => {
      const shards = all(SUITES, count);
      const staged = shards.flatMap((shard) => [...scenesOf(shard)]);
      assert.deepEqual(staged.sort(), Object.keys(SCENES).sort());
      for (const check of checksOf(SUITES)) {
        const its = shards.flatMap((shard) => checksOf(shard).filter(({ id }) => id === check.id));
        assert.ok(its.length > 0, check.id);
        if (check.divisible !== true) assert.equal(its.length, 1, check.id);
        assert.deepEqual(its.flatMap(({ scenes }) => scenes).sort(), [...check.scenes].sort(), check.id);
      }
    });
  }

  it('are the same every time', () => {
    assert.deepEqual(all(SUITES, 3), all(SUITES, 3));
  });

  it('have each something to do: of two, none has less than four scenes', () => {
    const [a, b] = all(SUITES, 2).map((shard) => scenesOf(shard).size);
    assert.ok(a !== undefined && b !== undefined && Math.min(a, b) >= 4, `${String(a)} and ${String(b)} scenes`);
  });

  it('keep together what a check looks at together, through others too', () => {
    const suites = [
      suiteOf(on('a', ['birth', 'poor']), on('b', ['poor', 'dry']), on('c', ['outage']), on('d', ['stuck', 'outage'])),
    ];
    const shards = all(suites, 2).map((shard) => [...scenesOf(shard)].sort());
    assert.deepEqual(shards, [
      ['birth', 'dry', 'poor'],
      ['outage', 'stuck'],
    ]);
  });

  it('give a check without a scene to the first, and divide one that may be', () => {
    const whole = [suiteOf(on('none', []), on('each', ['birth', 'outage'], { divisible: true }))];
    const shards = all(whole, 2).map((shard) => checksOf(shard).map(({ id, scenes }) => [id, scenes]));
    assert.deepEqual(shards, [
      [
        ['MDT-AAA-001/none', []],
        ['MDT-AAA-001/each', ['birth']],
      ],
      [['MDT-AAA-001/each', ['outage']]],
    ]);
  });

  it('are no more than can be staged apart', () => {
    assert.throws(
      () => shardOf([suiteOf(on('a', ['birth', 'poor']))], { index: 1, count: 2 }),
      (error) =>
        error instanceof KitError && error.exit === 2 && error.field === '--shard' && /over 1/.test(error.message),
    );
  });
});
