import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { KitError } from './kit-error.ts';
import { checkOf, ledgerWith, requirement, suiteOf, targetOf } from './sample-ledger.ts';
import { renamedIn, select, type Narrowing } from './selection.ts';
import type { TargetManifest } from '../../reference/gen/schemas.ts';

const LEDGER = ledgerWith(
  requirement('MDT-AAA-001'),
  requirement('MDT-AAA-002', { roles: ['idp', 'relay'] }),
  requirement('MDT-AAA-003', { profile: 'log', roles: ['dta', 'idp'] }),
  requirement('MDT-AAB-001', { legacyIds: ['MDT-AAZ-009'] }),
);
const SUITES = [
  suiteOf(checkOf('MDT-AAA-001/one'), checkOf('MDT-AAA-001/two'), checkOf('MDT-AAA-002/one')),
  suiteOf(checkOf('MDT-AAA-003/one'), checkOf('MDT-AAB-001/one')),
];

function selected(manifest: Partial<TargetManifest>, narrowing: Narrowing = {}): { ids: string[]; narrowed: boolean } {
  const { suites, narrowed } = select(SUITES, LEDGER, targetOf(manifest), narrowing);
  assert.ok(suites.every(({ checks }) => checks.length > 0));
  return { ids: suites.flatMap(({ checks }) => checks.map(({ id }) => id)), narrowed };
}

function refusal(
  manifest: Partial<TargetManifest>,
  narrowing: Narrowing,
): { code: string; field: unknown; message: string } {
  try {
    select(SUITES, LEDGER, targetOf(manifest), narrowing);
  } catch (error) {
    const { code, field, message } = error as KitError;
    return { code, field, message };
  }
  return assert.fail('nothing was refused');
}

describe('the selection of checks', () => {
  it('is, of an earlier revision, of what it asked for in the same words, whatever the manifest excuses of later ones', () => {
    const then = ledgerWith(requirement('MDT-AAA-001'), requirement('MDT-AAB-001', { unjudged: 'it has changed' }));
    const known_failing = [{ id: 'MDT-AAA-003', reason: 'comes with the next release' }];
    const chosen = select(SUITES, { ...then, today: LEDGER }, targetOf({ known_failing }), {});
    assert.deepEqual(
      chosen.suites.flatMap(({ checks }) => checks.map(({ id }) => id)),
      ['MDT-AAA-001/one', 'MDT-AAA-001/two'],
    );
    assert.equal(chosen.narrowed, false);
    assert.throws(
      () => select(SUITES, { ...then, today: LEDGER }, targetOf(), { only: ['MDT-AAA-003'] }),
      /revision 0 has no requirement MDT-AAA-003/,
    );
  });

  it('is of the requirements that bind the role and belong to a claimed profile', () => {
    assert.deepEqual(selected({}).ids, ['MDT-AAA-001/one', 'MDT-AAA-001/two', 'MDT-AAB-001/one']);
    assert.deepEqual(selected({ role: 'idp' }).ids, ['MDT-AAA-002/one']);
    assert.deepEqual(selected({ role: 'idp', claims: { profiles: ['identity', 'log'] } }).ids, [
      'MDT-AAA-002/one',
      'MDT-AAA-003/one',
    ]);
    assert.equal(selected({}).narrowed, false);
  });

  it('leaves out what a scene would show of a profile that is not claimed', () => {
    const suites = [suiteOf(checkOf('MDT-AAA-001/one'), { ...checkOf('MDT-AAA-001/roots'), scenes: ['logging'] })];
    const chosen = (profiles: TargetManifest['claims']['profiles']): string[] =>
      select(suites, LEDGER, targetOf({ claims: { profiles } }), {}).suites.flatMap(({ checks }) =>
        checks.map(({ id }) => id),
      );
    assert.deepEqual(chosen(['identity']), ['MDT-AAA-001/one']);
    assert.deepEqual(chosen(['identity', 'log']), ['MDT-AAA-001/one', 'MDT-AAA-001/roots']);
  });

  it('is narrowed to a requirement, an area, a check, or several of them', () => {
    assert.deepEqual(selected({}, { only: ['MDT-AAA-001'] }).ids, ['MDT-AAA-001/one', 'MDT-AAA-001/two']);
    assert.deepEqual(selected({}, { only: ['MDT-AAB'] }).ids, ['MDT-AAB-001/one']);
    assert.deepEqual(selected({}, { only: ['MDT-AAA-001/two'] }).ids, ['MDT-AAA-001/two']);
    assert.deepEqual(selected({}, { only: ['MDT-AAB', 'MDT-AAA-001/two'] }).ids, [
      'MDT-AAA-001/two',
      'MDT-AAB-001/one',
    ]);
    assert.equal(selected({}, { only: ['MDT-AAA-001'] }).narrowed, true);
  });

  it('takes the ID that a requirement had, and a check of it, for the present one, and says so', () => {
    const only = ['MDT-AAZ-009', 'MDT-AAZ-009/one', 'MDT-AAA-001'];
    assert.deepEqual(selected({}, { only: only.slice(0, 1) }).ids, ['MDT-AAB-001/one']);
    assert.deepEqual(selected({}, { only: only.slice(1, 2) }).ids, ['MDT-AAB-001/one']);
    const known_failing = [{ id: 'MDT-AAZ-009', reason: 'comes with the next release' }];
    assert.deepEqual(selected({ known_failing }).narrowed, false);
    assert.deepEqual(renamedIn(LEDGER, only), [
      { was: 'MDT-AAZ-009', is: 'MDT-AAB-001' },
      { was: 'MDT-AAZ-009/one', is: 'MDT-AAB-001/one' },
    ]);
  });

  it('is narrowed to the checks that look at no other scenes than those named', () => {
    const suites = [
      suiteOf(
        { ...checkOf('MDT-AAA-001/one'), scenes: ['birth'] },
        { ...checkOf('MDT-AAA-001/two'), scenes: ['birth', 'poor'] },
        { ...checkOf('MDT-AAB-001/one'), scenes: [] },
      ),
    ];
    const { suites: chosen, narrowed } = select(suites, LEDGER, targetOf({}), { scenes: new Set(['birth']) });
    const ids = chosen.flatMap(({ checks }) => checks.map(({ id }) => id));
    assert.deepEqual(ids, ['MDT-AAA-001/one', 'MDT-AAB-001/one']);
    assert.equal(narrowed, true);
  });

  it('has of a check that says the same of each scene the part of those named, where parts are asked for', () => {
    const suites = [
      suiteOf(
        { ...checkOf('MDT-AAA-001/each'), scenes: ['birth', 'poor'], divisible: true },
        { ...checkOf('MDT-AAA-001/all'), scenes: ['birth', 'poor'] },
        { ...checkOf('MDT-AAB-001/other'), scenes: ['poor'], divisible: true },
      ),
    ];
    const { suites: chosen } = select(suites, LEDGER, targetOf({}), { scenes: new Set(['birth']), parts: true });
    const parts = chosen.flatMap(({ checks }) => checks.map(({ id, scenes }) => [id, ...scenes]));
    assert.deepEqual(parts, [['MDT-AAA-001/each', 'birth']]);
  });

  it('takes an area for a whole word, not for the beginning of one', () => {
    assert.equal(refusal({}, { only: ['MDT-AA'] }).code, 'MDT_KIT_USAGE');
    assert.equal(refusal({}, { only: ['MDT-AAA-00'] }).code, 'MDT_KIT_USAGE');
  });

  it('is narrowed to profiles', () => {
    const claims: TargetManifest['claims'] = { profiles: ['identity', 'log'] };
    assert.deepEqual(selected({ claims }, { profiles: ['log'] }), { ids: ['MDT-AAA-003/one'], narrowed: true });
  });

  it('stages, of a run that is narrowed to profiles, no scenes of the others for what is said of every entity', () => {
    const suites = [
      suiteOf(
        { ...checkOf('MDT-AAA-001/each'), scenes: ['birth', 'logging', 'canary'], divisible: true },
        { ...checkOf('MDT-AAA-001/roots'), scenes: ['logging'] },
        { ...checkOf('MDT-AAA-003/successor'), scenes: ['canary'] },
      ),
    ];
    const target = targetOf({ claims: { profiles: ['identity', 'status', 'log'] } });
    const chosen = (profiles: string[]): string[][] =>
      select(suites, LEDGER, target, { profiles }).suites.flatMap(({ checks }) =>
        checks.map(({ id, scenes }) => [id, ...scenes]),
      );
    assert.deepEqual(chosen(['identity']), [['MDT-AAA-001/each', 'birth']]);
    assert.deepEqual(chosen(['identity', 'log']), [
      ['MDT-AAA-001/each', 'birth', 'logging'],
      ['MDT-AAA-001/roots', 'logging'],
      ['MDT-AAA-003/successor', 'canary'],
    ]);
    assert.deepEqual(chosen([]).length, 3);
  });

  it('is empty where what was asked for does not bind the target', () => {
    assert.deepEqual(selected({}, { only: ['MDT-AAA-002'] }).ids, []);
  });

  it('refuses a requirement that is not there, and names the one that was meant', () => {
    assert.deepEqual(refusal({}, { only: ['MDT-ABA-001'] }), {
      code: 'MDT_KIT_USAGE',
      field: '--only',
      message: 'there is no requirement MDT-ABA-001; did you mean MDT-AAA-001?',
    });
    assert.equal(refusal({}, { only: ['everything'] }).message, 'there is no requirement everything');
  });

  it('refuses a check that is not there', () => {
    const { code, message } = refusal({}, { only: ['MDT-AAA-001/tow'] });
    assert.equal(code, 'MDT_KIT_USAGE');
    assert.match(message, /MDT-AAA-001\/tow; did you mean MDT-AAA-001\/two\?/);
  });

  it('refuses a profile that the target does not claim, and names those that it does', () => {
    const { field, message } = refusal({}, { profiles: ['log'] });
    assert.equal(field, '--profile');
    assert.match(message, /sample does not claim the profile log; it claims identity/);
  });

  it('refuses a manifest that knows to fail what is no requirement', () => {
    const known_failing = [{ id: 'MDT-AAC-001', reason: 'comes with the next release' }];
    assert.deepEqual(refusal({ known_failing }, {}), {
      code: 'MDT_KIT_MANIFEST',
      field: '/known_failing/0/id',
      message: 'sample.target.yaml: there is no requirement MDT-AAC-001; did you mean MDT-AAA-001?',
    });
  });
});
