import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { ReportCheck } from '../../reference/gen/schemas.ts';
import { coverageOf, uncovered } from './coverage.ts';
import { ledgerWith, requirement } from './sample-ledger.ts';
import type { VectorResult } from './vectors.ts';

const ran = (outcome: ReportCheck['outcome'], negative = false): ReportCheck => ({
  ...{ id: 'MDT-AAA-001/x', requirement: 'MDT-AAA-001', title: '', chapter: '', outcome, negative, ms: 0 },
});
const vector = (expected: string): VectorResult => ({
  ...{
    file: 'f',
    type: 't',
    tcId: 1,
    comment: '',
    requirements: ['MDT-AAA-001', 'MDT-AAA-101'],
    passed: true,
    expected,
    got: expected,
  },
});

describe('coverage', () => {
  const ledger = ledgerWith(
    requirement('MDT-AAA-001'),
    requirement('MDT-AAA-101', { roles: ['verifier'], side: 'reader' }),
  );

  it('counts checks that judged, vectors of both kinds, and faults', () => {
    const checks = [
      ran('pass'),
      ran('fail', true),
      ran('known failing', true),
      ran('untestable'),
      ran('not claimed'),
      ran('error'),
    ];
    const vectors = [vector('valid {}'), vector('MDT_PUSH'), vector('MDT_PUSH')];
    const rows = coverageOf(ledger, { checks, vectors, faults: [{ requirement: 'MDT-AAA-001' }] });
    const rest = { level: 'MUST', profile: 'identity', untestable: null };
    assert.deepEqual(rows, [
      { ...rest, id: 'MDT-AAA-001', role: 'dta', checks: 3, positive: 2, negative: 4, faults: 1 },
      { ...rest, id: 'MDT-AAA-101', role: 'verifier', checks: 0, positive: 1, negative: 2, faults: 0 },
    ]);
  });

  it('tells the MUSTs of the claimed profiles that nothing looks at and the prose does not excuse', () => {
    const open = ledgerWith(
      requirement('MDT-AAA-001'),
      requirement('MDT-AAA-002'),
      requirement('MDT-AAA-003', { untestable: 'inside' }),
      requirement('MDT-AAA-004', { level: 'SHOULD' }),
      requirement('MDT-AAA-005', { profile: 'log' }),
    );
    const rows = coverageOf(open, { checks: [ran('pass')], vectors: [], faults: [] });
    assert.deepEqual(
      uncovered(rows, ['identity']).map(({ id }) => id),
      ['MDT-AAA-002'],
    );
    assert.deepEqual(
      uncovered(rows, ['identity', 'log']).map(({ id }) => id),
      ['MDT-AAA-002', 'MDT-AAA-005'],
    );
  });

  it('does not take an untestable check for one that looked', () => {
    const rows = coverageOf(ledgerWith(requirement('MDT-AAA-001')), {
      checks: [ran('untestable')],
      vectors: [],
      faults: [],
    });
    assert.equal(uncovered(rows, ['identity']).length, 1);
  });
});
