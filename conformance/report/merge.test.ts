import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { ReportCheck, RunEvent } from '../../reference/gen/schemas.ts';
import { KitError } from '../kit/kit-error.ts';
import { VERSION } from '../kit/project.ts';
import { checkOf, suiteOf } from '../kit/sample-ledger.ts';
import { schemaFault } from '../kit/schemas.ts';
import { mergeRuns } from './merge.ts';
import type { RecordedRun } from './recorded-run.ts';
import { LEDGER, sampleRun } from './sample-run.ts';
import { summarise } from './summarise.ts';

type Outcome = ReportCheck['outcome'];

const IDS = ['MDT-DOC-001/a', 'MDT-DOC-002/b', 'MDT-DOC-003/both'];
const SUITES = [suiteOf(...IDS.map((id) => checkOf(id)))];

interface ShardOptions {
  index?: number;
  count?: number;
  started?: string;
  at?: number;
  change?: (run: RecordedRun) => void;
}

/** A shard in which these checks came to these outcomes, in a scene of its name, each after a look at one exchange. */
function shard(outcomes: Readonly<Record<string, Outcome>>, options: ShardOptions = {}): RecordedRun {
  const { index = 1, count = 2, started: time = '2026-03-01T12:00:00Z', at = 1_000 } = options;
  const checks = Object.entries(outcomes).map(([id, outcome]) => judged(id, outcome, index));
  const answer = `200\n\n{"shard":${String(index)}}`;
  const events = sampleRun({ narrowed: true, checks, exchange: { request: 'GET /', answer } });
  for (const event of events) event.at = at + event.seq;
  const [started] = events;
  const finished = events.at(-1);
  assert.ok(started?.type === 'run_started' && finished?.type === 'run_finished');
  const settings = { ...started.options, shard: { index, count } };
  Object.assign(started, {
    kit: VERSION,
    revision: LEDGER.revision,
    narrowed: false,
    started: time,
    options: settings,
  });
  finished.target = { started: true, over_limits: [] };
  const run: RecordedRun = { path: `shard-${String(index)}`, events, started, finished, checks: checksOf(events) };
  options.change?.(run);
  return run;
}

function judged(
  id: string,
  outcome: Outcome,
  index: number,
): Partial<ReportCheck> & Pick<ReportCheck, 'requirement' | 'outcome'> {
  const [requirement = ''] = id.split('/');
  const message = outcome !== 'pass' && { message: `${id} in shard ${String(index)}` };
  return { id, requirement, outcome, scene: `scene-${String(index)}`, ...message };
}

const checksOf = (events: readonly RunEvent[]): ReportCheck[] =>
  events.flatMap((event) => (event.type === 'check_finished' ? [event.check] : []));
const first = (over: ShardOptions = {}): RecordedRun => shard({ 'MDT-DOC-001/a': 'pass' }, over);
const second = (over: ShardOptions = {}): RecordedRun => shard({ 'MDT-DOC-002/b': 'pass' }, { index: 2, ...over });
const merged = (...runs: RecordedRun[]): RunEvent[] => mergeRuns(runs, LEDGER, SUITES);

function endOf(events: readonly RunEvent[]): Extract<RunEvent, { type: 'run_finished' }> {
  const end = events.at(-1);
  assert.ok(end?.type === 'run_finished');
  return end;
}

describe('the shards of a run, joined', () => {
  it('are one stream of valid events, numbered anew and in the order of time', () => {
    const events = merged(second(), first({ started: '2026-03-01T12:00:05Z' }));
    for (const [index, event] of events.entries()) {
      assert.equal(schemaFault('run-event', event), undefined);
      assert.equal(event.seq, index);
    }
    assert.equal(events.filter(({ type }) => type === 'coverage').length, 1);
    const [started] = events;
    assert.ok(started?.type === 'run_started');
    assert.deepEqual([started.started, started.selected], ['2026-03-01T12:00:00Z', IDS.slice(0, 2)]);
    assert.equal(started.options.shard, undefined);
    const body = events.slice(1).map(({ at }) => at);
    assert.deepEqual(
      body,
      body.toSorted((a, b) => a - b),
    );
    assert.ok(events.some(({ at, type }) => type === 'exchange' && at > 6_000));
  });

  it('are certified where every shard passed, which none of them is alone', () => {
    const events = merged(first(), second());
    const { exit, verdict } = endOf(events);
    assert.deepEqual([exit, verdict], [0, 'certified']);
    assert.equal(schemaFault('report', summarise(events, LEDGER)), undefined);
  });

  it('hold each check beside the exchanges that it looked at, whatever their numbers are now', () => {
    const events = merged(first(), second());
    for (const check of checksOf(events)) {
      const [seq = -1] = check.trace ?? [];
      const looked = events[seq];
      assert.ok(looked?.type === 'exchange');
      assert.match(looked.answer, check.id.endsWith('a') ? /"shard":1/ : /"shard":2/);
    }
  });

  it('give a check that was judged in parts the outcome of its worst part, and the scenes of all', () => {
    const both = 'MDT-DOC-003/both';
    for (const outcomes of [['pass', 'fail'] as const, ['fail', 'pass'] as const]) {
      const events = merged(shard({ [both]: outcomes[0] }), shard({ [both]: outcomes[1] }, { index: 2 }));
      const [check, ...more] = checksOf(events);
      assert.deepEqual([check?.outcome, more, check?.scene, check?.trace?.length], ['fail', [], 'scene-1 scene-2', 2]);
      assert.equal(check?.message, `${both} in shard ${String(outcomes.indexOf('fail') + 1)}`);
      assert.equal(endOf(events).verdict, 'not certified');
    }
  });

  it('come to the verdict that one run would have: an entry of known_failing that no shard failed is stale', () => {
    const lists = (run: RecordedRun): void => void (run.started.known_failing = ['MDT-DOC-001']);
    const { exit, reason } = endOf(merged(first({ change: lists }), second({ change: lists })));
    assert.equal(exit, 1);
    assert.match(reason ?? '', /known_failing lists MDT-DOC-001/);
  });

  it('come to no verdict where the target did not start in one of them', () => {
    const silent = ({ finished }: RecordedRun): void =>
      void Object.assign(finished?.target ?? {}, { started: false, silence: 'it ended at once' });
    const { exit, verdict, reason } = endOf(merged(first(), second({ change: silent })));
    assert.deepEqual([exit, verdict], [3, 'no verdict']);
    assert.match(reason ?? '', /ended at once/);
  });

  it('are not certified where one ended with its first failure, or its target went over a limit', () => {
    const bails = ({ started }: RecordedRun): void => void (started.options.bail = true);
    const bailed = (run: RecordedRun): void => {
      bails(run);
      run.started.selected.push('MDT-DOC-003/both');
    };
    const failed = shard({ 'MDT-DOC-002/b': 'fail' }, { index: 2, change: bailed });
    const { verdict, reason } = endOf(merged(first({ change: bails }), failed));
    assert.equal(verdict, 'not certified');
    assert.match(reason ?? '', /to end with the first check that fails: 1 checks/);
    const over = ({ finished }: RecordedRun): void => void finished?.target?.over_limits.push('too much memory');
    assert.match(endOf(merged(first(), second({ change: over }))).reason ?? '', /too much memory/);
  });

  it('are not certified where one lacks the outcome of a check, and the reason names the shard and the check', () => {
    const lost = (run: RecordedRun): void => void run.started.selected.push('MDT-DOC-003/both');
    const { exit, verdict, reason } = endOf(merged(first(), second({ change: lost })));
    assert.deepEqual([exit, verdict], [1, 'not certified']);
    assert.match(reason ?? '', /no outcome: shard 2 \(shard-2\) has none of MDT-DOC-003\/both$/);
  });

  const change = (values: object) => ({ change: ({ started }: RecordedRun) => void Object.assign(started, values) });
  const REFUSED: [what: string, runs: () => RecordedRun[], field: string][] = [
    ['none at all', () => [], 'shard'],
    ['one that is missing', () => [first()], 'shard'],
    ['one that is there twice', () => [first(), first()], 'shard'],
    ['one twice beside the other', () => [first(), second(), second()], 'shard'],
    [
      'a run that is no shard',
      () => [first(), second({ change: (run) => void delete run.started.options.shard })],
      'shard',
    ],
    ['other counts', () => [first(), second({ count: 3 })], 'count'],
    ['another seed', () => [first(), second(change({ seed: 'x' }))], 'seed'],
    ['another kit', () => [first(), second(change({ kit: '9' }))], 'kit'],
    ['a kit that is not this one', () => [first(change({ kit: '9' })), second(change({ kit: '9' }))], 'kit'],
    ['another revision', () => [first(), second(change({ revision: '9' }))], 'revision'],
    [
      'another manifest',
      () => [first(), second(change({ manifest: { path: '', sha256: 'ff'.repeat(32) } }))],
      'manifest',
    ],
    ['a part of the checks', () => [first(), second(change({ narrowed: true }))], 'options'],
    ['one that broke off', () => [first(), second({ change: (run) => void delete run.finished?.target })], 'verdict'],
  ];
  for (const [what, runs, field] of REFUSED) {
    it(`are refused with ${what}, and the field is ${field}`, () => {
      assert.throws(
        () => merged(...runs()),
        (error) => {
          assert.ok(error instanceof KitError);
          assert.deepEqual([error.code, error.exit, error.field], ['MDT_KIT_SHARDS', 2, field]);
          return true;
        },
      );
    });
  }
});
