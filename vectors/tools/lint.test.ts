import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { loadLedger } from '../../conformance/kit/ledger.ts';
import { PROJECT } from '../../conformance/kit/project.ts';
import { loadVectors } from '../../conformance/kit/vectors.ts';
import { join } from 'node:path';
import type { VectorFile, VectorTest } from '../../reference/gen/schemas.ts';
import { lintVectors } from './lint.ts';

const files = loadVectors();
const locator = files.find(({ name }) => name === 'locator')?.file ?? assert.fail('no locator.json');

/** What lint says of locator.json after a change. */
function lintChanged(change: (file: VectorFile, first: VectorTest, last: VectorTest) => void): string {
  const file = structuredClone(locator);
  change(file, file.testGroups[0].tests[0], file.testGroups.at(-1)?.tests.at(-1) ?? assert.fail('no tests'));
  return lintVectors('locator.json', file).join('\n');
}

describe('lintVectors', () => {
  it('finds nothing wrong with the files there are', () => {
    assert.deepEqual(
      files.flatMap(({ name, file }) => lintVectors(`${name}.json`, file)),
      [],
    );
  });

  const cases: Record<string, [Parameters<typeof lintChanged>[0], RegExp]> = {
    'a file that breaks its schema': [(file) => (file.license = 7 as unknown as string), /\/license/],
    'a number of tests that is wrong': [(file) => file.numberOfTests++, /numberOfTests is/],
    'a tcId that stands twice': [(_, first, last) => (last.tcId = first.tcId), /tcId stands twice/],
    'an input that stands twice': [
      (_, first) => (first.input = { ...locator.testGroups[0].tests[1]?.input }),
      /has the input of/,
    ],
    'a flag without note': [(_, first) => first.flags.push('Mystery'), /flag Mystery has no note/],
    'a note that nothing uses': [
      (file) => (file.notes['Idle'] = { bugType: 'NONE', description: 'idle' }),
      /note Idle is used by no test/,
    ],
    'an official group without licence': [(file) => delete file.testGroups[0].license, /without address or licence/],
    'a requirement that the prose does not have': [
      (_, first) => first.requirements.push('MDT-LOC-999'),
      /cites MDT-LOC-999/,
    ],
    'a code that is not registered': [
      (_, __, last) => (last.code = 'MDT_NOTHING'),
      /MDT_NOTHING, which spec\/errors\.md does not have/,
    ],
    'a code of another requirement': [
      (_, __, last) => (last.code = 'MDT_PUSH'),
      /MDT_PUSH belongs to none of the requirements/,
    ],
    'a verdict with a code of another requirement': [
      (_, first) => (first.expected = { verdict: 'REJECTED', code: 'MDT_PUSH' }),
      /MDT_PUSH belongs to none of the requirements/,
    ],
    'a valid test with a code': [(_, first) => (first.code = 'MDT_TXREF'), /is valid and has a code/],
    'an invalid test with a value': [(_, __, last) => (last.expected = {}), /is invalid and expects a value/],
  };
  for (const [what, [change, message]] of Object.entries(cases))
    it(`finds ${what}`, () => assert.match(lintChanged(change), message));
});

describe('vectors and the requirements of readers', () => {
  /** They ask to ignore, to choose, to say and to remember, not to refuse. */
  const NEVER_REFUSES = new Set(['MDT-ANC-106', 'MDT-CHN-108', 'MDT-VER-105', 'MDT-VER-106', 'MDT-VER-110']);
  /** It says what a reader does with a relay, which no octets show. */
  const ACTS = new Set(['MDT-PAT-107']);
  const tests = files.flatMap(({ file }) => file.testGroups.flatMap((group) => group.tests));
  /** A verdict with a code is a refusal, though the test of it expects a value. */
  const refuses = ({ result, expected }: VectorTest): boolean =>
    result === 'invalid' || expected?.['code'] !== undefined;
  const cited = (which: (test: VectorTest) => boolean): Set<string> =>
    new Set(tests.filter(which).flatMap((test) => test.requirements));
  const [accepted, refused] = [cited((test) => !refuses(test)), cited(refuses)];
  for (const { id, side } of loadLedger(join(PROJECT, 'spec')).requirements.values()) {
    if (side !== 'reader' || ACTS.has(id)) continue;
    it(`${id} has a vector that is accepted and one that is refused`, () => {
      assert.ok(accepted.has(id), 'none is accepted');
      assert.ok(refused.has(id) || NEVER_REFUSES.has(id), 'none is refused');
    });
  }
});
