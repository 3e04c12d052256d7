import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { ReportCheck, RunEvent } from '../../reference/gen/schemas.ts';
import type { RecordedRun } from './recorded-run.ts';
import { compareReplay, failedChecks } from './replayed.ts';
import { sampleRun } from './sample-run.ts';
import { compareStimuli, stimuliOf } from './stimuli.ts';
import { withoutVolatile } from './volatile.ts';

const ID = 'MDT-DOC-001/a';

function run(over: Partial<ReportCheck> | undefined): RecordedRun {
  const failure = {
    outcome: 'fail' as const,
    message: 'the colour differs',
    expected: 'red',
    got: 'green',
    field: '/c',
  };
  const checks = over ? [{ requirement: 'MDT-DOC-001', id: ID, ...failure, ...over }] : [];
  return asRun(sampleRun({ narrowed: true, checks }));
}

function asRun(events: readonly RunEvent[]): RecordedRun {
  const [started] = events;
  assert.ok(started?.type === 'run_started');
  const finished = events.findLast((event) => event.type === 'run_finished');
  const checks = events.flatMap((event) => (event.type === 'check_finished' ? [event.check] : []));
  return { path: 'run', events, started, ...(finished && { finished }), checks };
}

describe('a failure that is replayed', () => {
  it('is the same where only what is another each time differs', () => {
    const got = (octets: string, port: number): Partial<ReportCheck> => ({
      got: `${octets} at http://127.0.0.1:${String(port)} after ${String(port / 7)} ms`,
    });
    const replayed = compareReplay(run(got('ab'.repeat(20), 4001)), run(got('cd'.repeat(32), 5002)), [ID]);
    assert.deepEqual(replayed.checks, [{ id: ID, was: 'fail', is: 'fail', again: 'same', differs: [] }]);
    assert.equal(replayed.reproduced, true);
  });

  const DIFFERENT: [what: string, over: Partial<ReportCheck>, again: string, differs: string[]][] = [
    ['another value came', { got: 'blue' }, 'other', ['got']],
    ['another field is wrong', { field: '/d' }, 'other', ['field']],
    ['it warns', { outcome: 'warn' }, 'other', ['outcome']],
    ['the kit is at fault', { outcome: 'error', message: 'a slip' }, 'other', ['outcome', 'message']],
    ['it passes', { outcome: 'pass' }, 'gone', ['outcome']],
    ['it cannot be tested', { outcome: 'untestable' }, 'other', ['outcome']],
  ];
  for (const [what, over, again, differs] of DIFFERENT) {
    it(`is ${again} where ${what}, and what differs is named`, () => {
      const { checks, reproduced } = compareReplay(run({}), run(over), [ID]);
      assert.equal(reproduced, false);
      assert.equal(checks[0]?.again, again);
      assert.deepEqual(
        checks[0]?.differs.map(({ what }) => what),
        differs,
      );
    });
  }

  it('is not judged where the run ended before it', () => {
    const { checks, reproduced } = compareReplay(run({}), run(undefined), [ID]);
    assert.deepEqual([checks[0]?.again, reproduced], ['not judged', false]);
  });

  it('may be of a check that did not fail, when it comes to the same again', () => {
    const { reproduced } = compareReplay(run({ outcome: 'untestable' }), run({ outcome: 'untestable' }), [ID]);
    assert.equal(reproduced, true);
  });

  it('is any failure of the run, also what the manifest excuses, and nothing that passed or could not be tested', () => {
    const outcomes = ['fail', 'warn', 'known failing', 'error', 'pass', 'untestable', 'not claimed', 'flaky'] as const;
    const failed = outcomes.filter((outcome) => failedChecks(run({ outcome })).length > 0);
    assert.deepEqual(failed, ['fail', 'warn', 'known failing', 'error']);
  });

  it('is, of a run that did not start, every check that it was to judge, also where it judged none', () => {
    const dead = (chain?: 'none', reason = 'no way to a bitcoind is open'): RecordedRun => {
      const checks = [{ requirement: 'MDT-DOC-001', id: ID, outcome: 'untestable' as const, message: 'not born' }];
      const end = { exit: 3 as const, verdict: 'no verdict', reason };
      const events = sampleRun({ narrowed: true, checks, end, ...(chain && { chain }) });
      return asRun(events);
    };
    for (const before of [dead(), dead('none')]) {
      assert.deepEqual(failedChecks(before), [ID]);
      assert.equal(compareReplay(before, before, [ID]).reproduced, true);
      const mended = compareReplay(before, run({ outcome: 'pass' }), [ID]);
      assert.deepEqual([mended.checks[0]?.again, mended.reproduced], ['gone', false]);
    }
    const [check] = compareReplay(dead('none'), dead('none', 'another reason'), [ID]).checks;
    assert.deepEqual([check?.again, check?.differs.map(({ what }) => what)], ['other', ['message']]);
  });
});

describe('what a target was sent', () => {
  const base = { seq: 0, at: 0, scene: 'birth' };
  const line = (text: string, stream: 'stdin' | 'stdout' = 'stdin'): RunEvent => ({
    ...{ ...base, type: 'target_line', stream, text },
  });
  const asked = (request: string, scene = 'birth'): RunEvent => ({
    ...{ ...base, scene, type: 'exchange', protocol: 'http', request, answer: '200' },
  });
  const sent = (...events: RunEvent[]): ReturnType<typeof stimuliOf> => stimuliOf({ events });

  it('are lines and requests, by scene, without what is another each time and without repetitions', () => {
    const events = [
      line('{"launch":1,"listen":{"http":"127.0.0.1:4001"}}'),
      line('{"event":"listening"}', 'stdout'),
      ...[
        asked('GET /a'),
        asked('GET /a'),
        asked('GET /b\nif-none-match: "x"'),
        asked('GET /a'),
        asked('GET /', 'poor'),
      ],
    ];
    assert.deepEqual(
      [...sent(...events)],
      [
        ['birth', ['{"launch":1,"listen":{"http":"<address>"}}', 'GET /a', 'GET /b\nif-none-match: <tag>', 'GET /a']],
        ['poor', ['GET /']],
      ],
    );
  });

  it('is compared scene by scene: the same, in another order, missing, added', () => {
    const before = sent(asked('1'), asked('2'), asked('3'), asked('x', 'poor'), asked('y', 'dry'));
    const same = { scene: 'birth', same: 3, reordered: false, missing: [], added: [] };
    const poor = { scene: 'poor', same: 1, reordered: false, missing: [], added: [] };
    const compared = (...events: RunEvent[]): unknown => compareStimuli(before, sent(...events));
    assert.deepEqual(compared(asked('1'), asked('2'), asked('3'), asked('x', 'poor')), [same, poor]);
    assert.deepEqual(compared(asked('2'), asked('1'), asked('3')), [{ ...same, reordered: true }]);
    assert.deepEqual(compared(asked('1'), asked('4'), asked('3')), [
      { ...same, same: 2, missing: ['2'], added: ['4'] },
    ]);
  });
});

describe('what is another each time', () => {
  for (const [text, clean] of [
    ['http://127.0.0.1:18443/x', 'http://<address>/x'],
    ['bcrt1qrddk7ux65n3x98wf38g87w5gs20cyk5kpkxj5h', '<bitcoin address>'],
    ['txrt1:qxgq-qqpq-qmaz-gmp', '<txref>'],
    ['at 2026-03-01T12:00:00Z', 'at <time>'],
    ['if-modified-since: Sun, 01 Mar 2026 12:00:00 GMT', 'if-modified-since: <time>'],
    ['after 12.5 ms', 'after <time>'],
    ['/var/tmp/milagro-target-a1b2/state', '<folder>/state'],
    ['ab'.repeat(32), '<octets>'],
    ['a status of 404, /keys/anchor and 4d69', 'a status of 404, /keys/anchor and 4d69'],
  ] as const) {
    it(`“${text.slice(0, 40)}” is “${clean}”`, () => assert.equal(withoutVolatile(text), clean));
  }
});
