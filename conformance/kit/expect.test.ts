import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { cut, equal, holds, Nonconformance, present, show } from './expect.ts';

function caught(run: () => unknown): Nonconformance {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof Nonconformance);
    return error;
  }
  return assert.fail('nothing was thrown');
}

describe('what checks say of a target', () => {
  it('equal: the same structure passes, another is told with both values and the field', () => {
    equal({ a: [1, 2n] }, { a: [1, 2n] }, 'it');
    const { message, expected, got, field } = caught(() => equal({ a: 1 }, { a: 2 }, 'the answer', '/a'));
    assert.deepEqual([message, expected, got, field], ['the answer differs', '{"a":2}', '{"a":1}', '/a']);
    assert.equal(caught(() => equal('1', 1, 'it')).field, undefined);
  });

  it('equal: tells values that JSON does not have', () => {
    assert.deepEqual(
      [caught(() => equal(undefined, 1, 'it')).got, caught(() => equal(null, 1, 'it')).got],
      ['nothing', 'null'],
    );
    assert.deepEqual(
      [caught(() => equal(7n, 8n, 'it')).got, caught(() => equal({ n: 7n }, 8n, 'it')).got],
      ['7', '{"n":"7"}'],
    );
    const round: Record<string, unknown> = {};
    round['self'] = round;
    assert.ok(caught(() => equal(round, 1, 'it')).got.length > 0);
  });

  it('holds and present', () => {
    holds(true, 'it', { expected: '', got: '' });
    assert.deepEqual(caught(() => holds(false, 'it', { expected: 'x', got: [1], field: '/f' })).got, '[1]');
    assert.equal(present(0, 'it'), 0);
    for (const value of [undefined, null])
      assert.equal(caught(() => present(value, 'the record')).message, 'the record is missing');
  });

  it('shows no more than 2,000 characters, and says how many there were', () => {
    assert.equal(cut('x'.repeat(2_000)).length, 2_000);
    const long = cut(show('x'.repeat(5_000)));
    assert.ok(long.length < 2_100 && long.endsWith('… (5000 characters)'));
  });
});
