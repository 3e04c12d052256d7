import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { ReportCheck } from '../../reference/gen/schemas.ts';
import { schemaFault } from '../kit/schemas.ts';
import { compareRuns } from './compare.ts';
import type { RecordedRun } from './recorded-run.ts';
import { sampleRun, type SampleOptions } from './sample-run.ts';

type Outcome = ReportCheck['outcome'];

/** A run of these checks alone, by name of the check of MDT-DOC-001. */
function run(outcomes: Readonly<Record<string, Outcome>>, options: SampleOptions = {}): RecordedRun {
  const checks = Object.entries(outcomes).map(([id, outcome]) => ({
    id: `MDT-DOC-001/${id}`,
    requirement: 'MDT-DOC-001',
    outcome,
  }));
  const events = sampleRun({ ...options, narrowed: true, checks });
  const [started] = events;
  assert.ok(started?.type === 'run_started');
  return {
    path: 'run',
    events,
    started,
    checks: events.flatMap((event) => (event.type === 'check_finished' ? [event.check] : [])),
  };
}

describe('the difference of two runs', () => {
  it('is nothing where they came to the same', () => {
    const diff = compareRuns(run({ a: 'pass', b: 'fail' }), run({ a: 'pass', b: 'fail' }));
    assert.equal(schemaFault('run-diff', diff), undefined);
    assert.deepEqual([diff.worse, diff.differs, diff.checks.unchanged, diff.requirements.unchanged], [false, [], 2, 1]);
  });

  const KINDS: [before: Outcome | undefined, after: Outcome | undefined, kind: string, worse: boolean][] = [
    ['pass', 'fail', 'broken', true],
    ['pass', 'warn', 'broken', true],
    ['pass', 'untestable', 'broken', true],
    ['warn', 'error', 'broken', true],
    ['fail', 'pass', 'mended', false],
    ['known failing', 'warn', 'mended', false],
    ['fail', 'untestable', 'changed', false],
    ['warn', 'flaky', 'changed', false],
    [undefined, 'pass', 'added', false],
    [undefined, 'fail', 'added', true],
    ['not claimed', 'fail', 'added', true],
    ['pass', undefined, 'gone', false],
    ['fail', 'not claimed', 'gone', false],
  ];
  for (const [before, after, kind, worse] of KINDS) {
    it(`calls ${before ?? 'nothing'} → ${after ?? 'nothing'} ${kind}, which is ${worse ? '' : 'not '}worse`, () => {
      const of = (outcome: Outcome | undefined): RecordedRun =>
        run(outcome ? { a: outcome, b: 'pass' } : { b: 'pass' });
      const diff = compareRuns(of(before), of(after));
      assert.equal(schemaFault('run-diff', diff), undefined);
      const { broken, mended, changed, added, gone, unchanged } = diff.checks;
      const found = Object.entries({ broken, mended, changed, added, gone }).filter(([, list]) => list.length > 0);
      assert.deepEqual(found, [[kind, [{ id: 'MDT-DOC-001/a', ...(before && { before }), ...(after && { after }) }]]]);
      assert.deepEqual([diff.worse, unchanged], [worse, 1]);
    });
  }

  it('calls what is not looked at in either run unchanged', () => {
    const diff = compareRuns(run({ a: 'not claimed' }), run({ a: 'not observable' }));
    assert.deepEqual([diff.worse, diff.checks.unchanged], [false, 1]);
  });

  it('takes of a requirement the worst of its checks', () => {
    const { requirements } = compareRuns(run({ a: 'pass', b: 'fail' }), run({ a: 'fail', b: 'fail' }));
    assert.deepEqual([requirements.broken, requirements.unchanged], [[], 1]);
  });

  it('calls no requirement mended because a check of it was not looked at again', () => {
    for (const later of [{ a: 'pass' }, { a: 'pass', b: 'not observable' }] as const) {
      const { checks, requirements } = compareRuns(run({ a: 'pass', b: 'fail' }), run(later));
      assert.deepEqual([checks.gone.length, requirements.mended, requirements.unchanged], [1, [], 1]);
    }
  });

  it('calls a requirement broken by a check that is new, and by one beside which another cannot be observed', () => {
    const added = compareRuns(run({ a: 'pass' }), run({ a: 'pass', b: 'fail' })).requirements;
    assert.deepEqual(added.broken, [{ id: 'MDT-DOC-001', before: 'pass', after: 'fail' }]);
    const beside = compareRuns(run({ a: 'pass', b: 'not observable' }), run({ a: 'fail', b: 'not observable' }));
    assert.deepEqual(beside.requirements.broken, [{ id: 'MDT-DOC-001', before: 'pass', after: 'fail' }]);
  });

  it('counts each requirement and each check once', () => {
    const before = run({ a: 'pass', b: 'fail', c: 'not claimed' });
    const { checks, requirements } = compareRuns(before, run({ a: 'fail', b: 'pass', d: 'warn' }));
    const count = ({ unchanged, ...kinds }: typeof checks): number => unchanged + Object.values(kinds).flat().length;
    assert.deepEqual([count(checks), count(requirements)], [4, 1]);
  });

  it('calls a part of the checks that passes not worse than a whole run, and what failed in it worse', () => {
    const whole = run({ a: 'pass', b: 'pass' }, { end: { verdict: 'certified' } });
    whole.started.narrowed = false;
    const ends = (outcome: Outcome, verdict: string, exit: 0 | 1): RecordedRun =>
      run({ a: outcome }, { end: { verdict, exit } });
    const passed = compareRuns(whole, ends('pass', 'partial', 0));
    assert.deepEqual([passed.worse, passed.checks.gone.map(({ after }) => after)], [false, [undefined]]);
    assert.equal(compareRuns(whole, ends('fail', 'not certified', 1)).worse, true);
    assert.equal(compareRuns(whole, ends('pass', 'not certified', 1)).worse, true);
    const shard = ends('pass', 'partial', 0);
    shard.started.narrowed = false;
    assert.equal(compareRuns(whole, shard).worse, true); // a whole run that came to nothing
    shard.started.options.shard = { index: 1, count: 2 };
    assert.equal(compareRuns(whole, shard).worse, false);
  });

  it('names what else differs', () => {
    const before = run({ a: 'pass' });
    const after = run({ a: 'pass' }, { name: 'another D-TA', chain: 'none' });
    after.started.seed = 'another';
    assert.deepEqual(compareRuns(before, after).differs, [
      { what: 'seed', before: 'sample', after: 'another' },
      { what: 'target', before: 'sample D-TA', after: 'another D-TA' },
      { what: 'bitcoind', before: '/Satoshi:29.0.0/', after: 'none' },
    ]);
  });
});
