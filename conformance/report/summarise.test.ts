import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { schemaFault } from '../kit/schemas.ts';
import { failingRun, hostileRun, LEDGER, sampleRun } from './sample-run.ts';
import { summarise } from './summarise.ts';

const summaryOf = (events: Parameters<typeof summarise>[0]): ReturnType<typeof summarise> => summarise(events, LEDGER);

describe('the summary of a run', () => {
  const runs = {
    certified: sampleRun(),
    failing: failingRun(),
    hostile: hostileRun(),
    narrowed: sampleRun({ narrowed: true, checks: [{ requirement: 'MDT-ANC-003', outcome: 'pass' }] }),
    'broken off': sampleRun({ end: 'none' }),
    'without a chain': sampleRun({ chain: 'none', end: { exit: 3, verdict: 'no verdict', reason: 'no bitcoind' } }),
  };

  for (const [name, events] of Object.entries(runs)) {
    it(`is valid against schemas/report.schema.json, also once written and read (${name})`, () => {
      const written: unknown = JSON.parse(JSON.stringify(summaryOf(events)));
      assert.equal(schemaFault('report', written), undefined);
      for (const event of events) assert.equal(schemaFault('run-event', JSON.parse(JSON.stringify(event))), undefined);
    });

    it(`counts every requirement once (${name})`, () => {
      const { summary, requirements, checks } = summaryOf(events);
      const { certified: _, checks: counted, ...outcomes } = summary;
      assert.equal(
        Object.values(outcomes).reduce((sum, count) => sum + count, 0),
        requirements.length,
      );
      assert.equal(counted, checks.length);
    });
  }

  it('names the IDs that a requirement had', () => {
    const ledger = { ...LEDGER, requirements: new Map(LEDGER.requirements) };
    const marker = ledger.requirements.get('MDT-ANC-003');
    if (marker) ledger.requirements.set(marker.id, { ...marker, legacyIds: ['MDT-ANC-999'] });
    const report = summarise(runs.certified, ledger);
    assert.equal(schemaFault('report', report), undefined);
    const renamed = report.requirements.filter((each) => each.legacy_ids !== undefined);
    assert.deepEqual(
      renamed.map(({ id, legacy_ids: former }) => [id, former]),
      [['MDT-ANC-003', ['MDT-ANC-999']]],
    );
  });

  it('lists, of a run against an earlier revision, what that asked for and why some of it was not looked at', () => {
    const [started, ...rest] = sampleRun({ narrowed: true });
    assert.equal(started?.type, 'run_started');
    const events = [{ ...started, revision: '1.0-draft.1', narrowed: false }, ...rest];
    const { spec, requirements } = summaryOf(events);
    const of = (id: string): (typeof requirements)[0] | undefined => requirements.find((each) => each.id === id);
    assert.deepEqual([spec.revision, requirements.length], ['1.0-draft.1', 151]);
    assert.equal(of('MDT-LIN-015'), undefined);
    assert.equal(of('MDT-ANC-007')?.outcome, 'not claimed');
    assert.equal(of('MDT-REC-003')?.sentence, 'The digest in the BIRTH MUST be the digest of the hosted Birth Record.');
    assert.equal(of('MDT-REC-003')?.outcome, 'not observable');
    assert.match(of('MDT-REC-003')?.reason ?? '', /^its sentence has changed since/);
  });

  it('lists every requirement of the specification, with its sentence, in reading order', () => {
    const { requirements } = summaryOf(runs.certified);
    assert.deepEqual(
      requirements.map(({ id }) => id),
      [...LEDGER.requirements.keys()],
    );
    const marker = requirements.find(({ id }) => id === 'MDT-ANC-003');
    assert.match(marker?.sentence ?? '', /^The payload MUST begin with the marker/);
    assert.deepEqual([marker?.level, marker?.chapter, marker?.outcome], ['MUST', '02-anchors-and-lineage', 'pass']);
  });

  it('lists of a narrowed run only what was looked at', () => {
    assert.deepEqual(
      summaryOf(runs.narrowed).requirements.map(({ id }) => id),
      ['MDT-ANC-003'],
    );
  });

  it('takes for a requirement the worst of its checks, and the reason from that one', () => {
    const checks = [
      { requirement: 'MDT-ANC-003', outcome: 'pass' },
      { requirement: 'MDT-ANC-003', outcome: 'fail', message: 'it differs\nin detail' },
      { requirement: 'MDT-ANC-003', outcome: 'untestable', message: 'no node' },
    ] as const;
    const events = sampleRun({ checks, end: { exit: 1, verdict: 'not certified' } });
    const found = summaryOf(events).requirements.find(({ id }) => id === 'MDT-ANC-003');
    assert.deepEqual([found?.outcome, found?.reason, found?.checks.length], ['fail', 'it differs', 3]);
  });

  it('marks what binds others as not claimed: a verifier is another than the D-TA', () => {
    const { requirements } = summaryOf(runs.certified);
    for (const { id, roles, outcome } of requirements) {
      assert.equal(outcome === 'not claimed', !roles.includes('dta'), id);
    }
  });

  it('calls a requirement untestable whose check was chosen and never finished', () => {
    const events = sampleRun({ chain: 'none', end: { exit: 3, verdict: 'no verdict' } });
    const { summary, checks } = summaryOf(events);
    assert.equal(checks.length, 0);
    assert.equal(summary.pass, 0);
    assert.ok(summary.untestable > 50);
    assert.equal(summary.certified, false);
  });

  it('says of a requirement that no check looks at why it is not observable', () => {
    const events = sampleRun();
    const [started] = events;
    assert.ok(started?.type === 'run_started');
    const without = events.flatMap((event) =>
      event.type === 'check_finished' && event.check.requirement === 'MDT-ANC-003' ? [] : [event],
    );
    without[0] = { ...started, selected: started.selected.filter((id) => !id.startsWith('MDT-ANC-003/')) };
    const found = summaryOf(without).requirements.find(({ id }) => id === 'MDT-ANC-003');
    assert.deepEqual([found?.outcome, found?.reason], ['not observable', 'this kit has no check of it']);
  });

  it('is certified by the verdict alone, never by the absence of failures', () => {
    assert.equal(summaryOf(runs.certified).summary.certified, true);
    assert.equal(summaryOf(runs.narrowed).summary.certified, false);
    assert.equal(summaryOf(runs['broken off']).summary.certified, false);
    assert.equal(summaryOf(sampleRun({ end: { exit: 1, verdict: 'not certified' } })).summary.certified, false);
  });

  it('gives a run that broke off no verdict, and says so', () => {
    const { verdict, exit, reason, finished } = summaryOf(runs['broken off']);
    assert.deepEqual([verdict, exit, reason], ['no verdict', 3, 'the run broke off before its verdict']);
    assert.match(finished, /^2026-03-01T12:00:0\dZ$/);
  });

  it('refuses a stream that is no run', () => {
    assert.throws(() => summaryOf([]), TypeError);
    assert.throws(() => summaryOf(runs.certified.slice(1)), TypeError);
  });
});
