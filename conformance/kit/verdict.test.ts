import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReportCheck } from '../../reference/gen/schemas.ts';
import { worstOf, type Outcome } from './outcome.ts';
import { PROJECT } from './project.ts';
import { ledgerWith, requirement } from './sample-ledger.ts';
import { decide, type Decision, type Finished } from './verdict.ts';

const LEDGER = ledgerWith(requirement('MDT-AAA-001'), requirement('MDT-AAA-002', { level: 'SHOULD' }));

function ran(outcome: Outcome, requirement = 'MDT-AAA-001', name = 'a'): ReportCheck {
  return { id: `${requirement}/${name}`, requirement, title: '', chapter: '01-sample', outcome, ms: 1 };
}

function decided(checks: ReportCheck[], over: Partial<Finished> = {}): Decision {
  return decide({
    checks,
    ledger: LEDGER,
    narrowed: false,
    started: true,
    knownFailing: new Map(),
    allowKnownFailing: false,
    overLimits: [],
    ...over,
  });
}

/** The table of outcomes in spec/certification.md C.3: what each means for a MUST. */
function tableOfOutcomes(): [outcome: Outcome, meaning: string][] {
  const text = readFileSync(join(PROJECT, 'spec/certification.md'), 'utf8');
  const section = /^## C\.3 [^]+?(?=^## )/m.exec(text)?.[0] ?? '';
  return [...section.matchAll(/^\| `([a-z ]+)` \| [^|]+ \| ([^|]+) \|$/gm)].map(([, name = '', meaning = '']) => [
    name as Outcome,
    meaning,
  ]);
}

describe('the verdict', () => {
  it('is certified, status 0, where everything passed', () => {
    assert.deepEqual(decided([ran('pass')]), { exit: 0, verdict: 'certified' });
  });

  it('is certified against an earlier revision, and names what that said otherwise', () => {
    const ledger = {
      ...ledgerWith(
        requirement('MDT-AAA-001'),
        requirement('MDT-AAA-003', { unjudged: 'its sentence has changed since' }),
        requirement('MDT-AAA-004', { unjudged: 'inside', untestable: 'inside' }),
      ),
      today: LEDGER,
    };
    const { exit, verdict, reason } = decided([ran('pass')], { ledger });
    assert.deepEqual([exit, verdict], [0, 'certified']);
    assert.match(reason ?? '', /^revision 0 says these otherwise .*: MDT-AAA-003$/);
  });

  const rows = tableOfOutcomes().filter(([name]) => name !== 'warn');
  it('knows every outcome of the specification', () => assert.equal(rows.length, 8));
  for (const [outcome, meaning] of rows) {
    const bars = meaning.startsWith('bars');
    it(`is ${bars ? 'not certified, status 1,' : 'certified'} with a MUST that is ${outcome} (“${meaning}”)`, () => {
      const { exit, verdict } = decided([ran('pass', 'MDT-AAA-001', 'b'), ran(outcome)], {
        knownFailing: new Map(outcome === 'known failing' ? [['MDT-AAA-001', 'a reason']] : []),
      });
      assert.deepEqual([exit, verdict], bars ? [1, 'not certified'] : [0, 'certified']);
    });
  }

  it('is not certified where the run ended with the first failure, whatever passed and whatever the manifest excuses', () => {
    const over = {
      notRun: 3,
      bail: true,
      knownFailing: new Map([['MDT-AAA-001', 'a reason']]),
      allowKnownFailing: true,
    };
    const { exit, verdict, reason } = decided([ran('pass'), ran('fail', 'MDT-AAA-002')], over);
    assert.deepEqual([exit, verdict], [1, 'not certified']);
    assert.match(reason ?? '', /3 checks were not run/);
  });

  it('is not certified where checks have no outcome, and blames no option that was not given or has ended nothing', () => {
    const missing = 'shard 2 (b) has none of MDT-AAA-009/x';
    for (const over of [{ bail: false }, { bail: true }, { bail: false, outcome: 'fail' as const }]) {
      const run = [ran(over.outcome ?? 'pass')];
      const { exit, verdict, reason } = decided(run, { notRun: 1, bail: over.bail, missing });
      assert.deepEqual([exit, verdict], [1, 'not certified']);
      assert.equal(reason, `1 of the checks that were selected have no outcome: ${missing}`);
    }
  });

  it('is partial of one shard of several, unless something failed; entries that only others can fail are not stale', () => {
    const over = { isShard: true, knownFailing: new Map([['MDT-AAA-001', 'a reason']]) };
    const { exit, verdict, reason } = decided([ran('pass')], over);
    assert.deepEqual([exit, verdict], [0, 'partial']);
    assert.match(reason ?? '', /shards/);
    assert.equal(decided([ran('fail')], { isShard: true }).verdict, 'not certified');
  });

  for (const outcome of ['warn', 'untestable', 'known failing'] as const) {
    it(`is certified with a SHOULD that is ${outcome}`, () => {
      const knownFailing = new Map(outcome === 'known failing' ? [['MDT-AAA-002', 'a reason']] : []);
      assert.equal(decided([ran('pass'), ran(outcome, 'MDT-AAA-002')], { knownFailing }).verdict, 'certified');
    });
  }

  it('is not certified where the kit was at fault in a SHOULD', () => {
    assert.equal(decided([ran('pass'), ran('error', 'MDT-AAA-002')]).exit, 1);
  });

  it('is partial, status 0, of a narrowed run in which all passed; status 1 where something failed', () => {
    const partial = decided([ran('pass')], { narrowed: true });
    assert.deepEqual([partial.exit, partial.verdict], [0, 'partial']);
    assert.equal(decided([ran('fail')], { narrowed: true }).exit, 1);
  });

  it('is none, status 3, where the target never listened, whatever its checks say', () => {
    const { exit, verdict, reason = '' } = decided([ran('fail')], { started: false });
    assert.deepEqual([exit, verdict], [3, 'no verdict']);
    assert.match(reason, /^the target did not start: no .* came$/);
    const silence = 'it ended with status 7';
    assert.equal(
      decided([ran('untestable')], { started: false, silence }).reason,
      `the target did not start: ${silence}`,
    );
  });

  it('is that nothing ran, status 4, where no check came to an end', () => {
    assert.deepEqual([decided([]).exit, decided([]).verdict], [4, 'nothing ran']);
  });

  it('is not certified with an entry of known_failing that passes, and names it', () => {
    const knownFailing = new Map([['MDT-AAA-001', 'a reason']]);
    const { exit, reason = '' } = decided([ran('pass')], { knownFailing, allowKnownFailing: true });
    assert.equal(exit, 1);
    assert.match(reason, /known_failing lists MDT-AAA-001, which did not fail: take it off/);
  });

  it('calls no entry stale whose requirement was not met, not judged, or failed in one check of two', () => {
    const knownFailing = new Map([['MDT-AAA-001', 'a reason']]);
    for (const checks of [
      [ran('untestable')],
      [ran('not claimed'), ran('pass', 'MDT-AAA-002')],
      [ran('pass', 'MDT-AAA-002')],
      [ran('known failing'), ran('pass', 'MDT-AAA-001', 'b')],
    ]) {
      assert.doesNotMatch(decided(checks, { knownFailing }).reason ?? '', /take it off/);
    }
  });

  it('is not certified with known failures, and status 0 only where who runs the kit allows them', () => {
    const knownFailing = new Map([['MDT-AAA-001', 'a reason']]);
    const { exit, verdict } = decided([ran('known failing')], { knownFailing, allowKnownFailing: true });
    assert.deepEqual([exit, verdict], [0, 'not certified']);
    const other = ran('fail', 'MDT-AAA-001', 'b');
    assert.equal(decided([ran('known failing'), other], { knownFailing, allowKnownFailing: true }).exit, 1);
  });

  it('is not certified where the target was ended for going over a limit, and says which', () => {
    const overLimits = ['612 MiB resident, the limit is 512, in the scene birth'];
    const { exit, verdict, reason = '' } = decided([ran('pass')], { overLimits });
    assert.deepEqual([exit, verdict], [1, 'not certified']);
    assert.match(reason, /for going over its limits: 612 MiB resident, the limit is 512, in the scene birth/);
    assert.match(decided([ran('fail')], { overLimits, started: false }).reason ?? '', /for going over its limits/);
  });
});

describe('the outcome of a requirement', () => {
  it('is the worst of its checks', () => {
    assert.equal(worstOf(['pass', 'fail', 'untestable']), 'fail');
    assert.equal(worstOf(['pass', 'untestable']), 'untestable');
    assert.equal(worstOf(['pass', 'not claimed']), 'pass');
    assert.equal(worstOf(['error', 'fail']), 'error');
    assert.equal(worstOf([]), undefined);
  });
});
