import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { SUITES } from '../suites/index.ts';
import { readRegistry } from './error-registry.ts';
import { explain } from './explanation.ts';
import { KitError } from './kit-error.ts';
import { loadLedger } from './ledger.ts';
import { PROJECT } from './project.ts';

describe('an explanation', () => {
  it('of a requirement has its sentence, reason and place, its checks and what breaks it', () => {
    const { requirements, checks, causes } = explain('MDT-DOC-013');
    const [requirement] = requirements;
    assert.match(requirement?.sentence ?? '', /half the order/);
    assert.match(requirement?.why ?? '', /n − s/);
    const [file = '', line = '0'] = (requirement?.place ?? '').split(':');
    const lines = readFileSync(join(PROJECT, file), 'utf8').split('\n');
    assert.match(lines[Number(line) - 1] ?? '', /^\*\*MDT-DOC-013\*\*/);
    assert.deepEqual(
      checks.map(({ id }) => id),
      ['MDT-DOC-013/low-s'],
    );
    assert.deepEqual(causes, ['the live signature has n − s in place of s']);
  });

  it('of a requirement for readers shows a right input, wrong ones beside it, and the code', () => {
    const { vectors, codes } = explain('MDT-ANC-102');
    assert.deepEqual(
      codes.map(({ code }) => code),
      ['MDT_PUSH'],
    );
    const [bad] = vectors.bad;
    assert.ok(vectors.good?.expected && bad && vectors.more > 0);
    assert.deepEqual([bad.nearest?.tcId, bad.code], [vectors.good.tcId, 'MDT_PUSH']);
    assert.deepEqual(bad.differences, [{ field: '/script', octet: 1, good: '6a[]2f4d696c…', bad: '6a[4c]2f4d696c…' }]);
    assert.equal(new Set(vectors.bad.map(({ notes }) => notes.join(' '))).size, vectors.bad.length);
  });

  it('of a check has that check alone', () => {
    const { requirements, checks } = explain('MDT-HST-001/record');
    assert.deepEqual([requirements[0]?.id, checks.length, checks[0]?.id], ['MDT-HST-001', 1, 'MDT-HST-001/record']);
  });

  it('of a code has every requirement whose breach it tells of, and inputs that are refused with it', () => {
    const { requirements, codes, vectors } = explain('MDT_LINEAGE_CONTINUATION');
    assert.deepEqual(
      requirements.map(({ id }) => id),
      ['MDT-LIN-103', 'MDT-LIN-110'],
    );
    assert.deepEqual([codes.length, codes[0]?.code], [1, 'MDT_LINEAGE_CONTINUATION']);
    assert.ok(vectors.bad.length > 0 && vectors.bad.every(({ code }) => code === 'MDT_LINEAGE_CONTINUATION'));
  });

  it('is there for every requirement, check and code', () => {
    const ledger = loadLedger(join(PROJECT, 'spec'));
    const { requirements } = ledger;
    const codes = readRegistry(readFileSync(join(PROJECT, 'spec/errors.md'), 'utf8'));
    const [first] = SUITES.flatMap(({ checks }) => checks);
    for (const id of [...requirements.keys(), ...codes.keys(), first?.id ?? '']) {
      const { requirements: found } = explain(id, ledger);
      assert.ok(found.length > 0 && found.every(({ place }) => !place.endsWith(':0')), id);
    }
  }).timeout(60_000);

  it('of an ID that a requirement had in an earlier revision is of the requirement, and says so', () => {
    const ledger = loadLedger(join(PROJECT, 'spec'));
    const low = ledger.requirements.get('MDT-DOC-013');
    if (low) ledger.requirements.set(low.id, { ...low, legacyIds: ['MDT-DOC-099'] });
    for (const [was, id] of [
      ['MDT-DOC-099', 'MDT-DOC-013'],
      ['MDT-DOC-099/low-s', 'MDT-DOC-013/low-s'],
    ] as const) {
      const explained = explain(was, ledger);
      assert.deepEqual([explained.id, explained.was, explained.requirements[0]?.id], [id, was, 'MDT-DOC-013']);
      assert.deepEqual(
        explained.checks.map((check) => check.id),
        ['MDT-DOC-013/low-s'],
      );
    }
    assert.ok(!('was' in explain('MDT-DOC-013', ledger)));
  });

  for (const [slip, meant] of [
    ['MDT-HTS-001', 'MDT-HST-001'],
    ['mdt-hst-001', 'MDT-HST-001'],
    ['MDT_PUHS', 'MDT_PUSH'],
    ['MDT-HST-001/recrod', 'MDT-HST-001/record'],
  ] as const) {
    it(`of ${slip} is an error that names ${meant}`, () => {
      assert.throws(
        () => explain(slip),
        (error) => {
          assert.ok(error instanceof KitError);
          assert.deepEqual([error.code, error.exit, error.field], ['MDT_KIT_USAGE', 2, 'id']);
          assert.ok(error.message.endsWith(`did you mean ${meant}?`), error.message);
          return true;
        },
      );
    });
  }
});
