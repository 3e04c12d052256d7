import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { asOf, ledgerOf, ledgerOfRun, readRevision, type Revision } from './frozen.ts';
import type { KitError } from './kit-error.ts';
import { loadLedger, type Requirement } from './ledger.ts';
import { PROJECT } from './project.ts';
import { ledgerWith, requirement } from './sample-ledger.ts';

const TODAY = ledgerWith(
  requirement('MDT-AAA-001', { why: 'because', chapter: '02-sample' }),
  requirement('MDT-AAA-002', { legacyIds: ['MDT-AAB-009'], profile: 'identity' }),
  requirement('MDT-AAA-003'),
  requirement('MDT-AAA-004'),
  requirement('MDT-AAA-005'),
);

/** The earlier revision, in another order. */
const THEN: Revision = {
  revision: '-1',
  requirements: {
    'MDT-AAA-009': requirement('MDT-AAA-009'),
    'MDT-AAB-009': requirement('MDT-AAA-002', { profile: 'log', roles: ['idp'] }),
    'MDT-AAA-003': requirement('MDT-AAA-003', { sentence: 'A sample MUST be otherwise.' }),
    'MDT-AAA-004': requirement('MDT-AAA-004', { untestable: 'inside' }),
    'MDT-AAA-001': requirement('MDT-AAA-001'),
  },
};

describe('a ledger as of an earlier revision', () => {
  const { revision, requirements, today } = asOf(TODAY, THEN);
  const of = (id: string): Partial<Requirement> => requirements.get(id) ?? {};

  it('has what that revision had, under present IDs, in the order of today, and nothing that came later', () => {
    assert.equal(revision, '-1');
    assert.equal(today, TODAY);
    assert.deepEqual(
      [...requirements.keys()],
      ['MDT-AAA-001', 'MDT-AAA-002', 'MDT-AAA-003', 'MDT-AAA-004', 'MDT-AAA-009'],
    );
  });

  it('leaves what is said in the same words to be judged, with the binding of then', () => {
    assert.deepEqual(of('MDT-AAA-001'), TODAY.requirements.get('MDT-AAA-001'));
    const { profile, roles, legacyIds, unjudged } = of('MDT-AAA-002');
    assert.deepEqual([profile, roles, legacyIds, unjudged], ['log', ['idp'], ['MDT-AAB-009'], undefined]);
  });

  it('says of each of the others why this kit does not judge it', () => {
    assert.match(of('MDT-AAA-003').unjudged ?? '', /^its sentence has changed since/);
    assert.equal(of('MDT-AAA-003').sentence, 'A sample MUST be otherwise.');
    assert.equal(of('MDT-AAA-004').unjudged, 'inside');
    assert.match(of('MDT-AAA-009').unjudged ?? '', /^it was withdrawn since/);
  });
});

describe('the revisions that a run can be asked for', () => {
  const now = loadLedger(join(PROJECT, 'spec'));

  it('are the one of today, which is taken where none is named, and the frozen ones', () => {
    assert.equal(ledgerOf(now), now);
    assert.equal(ledgerOf(now, now.revision), now);
    const first = ledgerOf(now, '1.0-draft.1');
    assert.equal(first.requirements.size, Object.keys(readRevision('1.0-draft.1').requirements).length);
  });

  it('are named where it is asked for another', () => {
    assert.throws(
      () => ledgerOf(now, '../1.0-draft.1'),
      ({ code, field, message }: KitError) =>
        code === 'MDT_KIT_USAGE' && field === '--revision' && message.endsWith(`1.0-draft.1, ${now.revision}`),
    );
  });

  it('do not keep a report of another from being rendered', () => {
    assert.equal(ledgerOfRun(now, '1.0'), now);
    assert.equal(ledgerOfRun(now, '1.0-draft.1').revision, '1.0-draft.1');
  });
});
