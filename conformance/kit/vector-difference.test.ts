import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { differences, distance } from './vector-difference.ts';

describe('the difference of two inputs', () => {
  it('is nothing where they are the same', () => {
    const input = { proof: { transaction: '0200', list: [1, null, 'a'] } };
    assert.deepEqual(differences(input, structuredClone(input)), []);
  });

  it('names the member by its pointer, and both values', () => {
    assert.deepEqual(differences({ a: { 'b/c~': 1 }, same: 0 }, { a: { 'b/c~': true }, same: 0 }), [
      { field: '/a/b~1c~0', good: '1', bad: 'true' },
    ]);
  });

  it('tells a member that is missing from one that is too much', () => {
    assert.deepEqual(differences({ a: 1 }, { b: 'x' }), [
      { field: '/a', good: '1' },
      { field: '/b', bad: '"x"' },
    ]);
  });

  it('names of octets the first that differs, and shows them among their neighbours', () => {
    assert.deepEqual(differences({ script: '0011223344556677' }, { script: '001122aa44556677' }), [
      { field: '/script', octet: 3, good: '001122[33]44556677', bad: '001122[aa]44556677' },
    ]);
    assert.deepEqual(differences({ script: '001122334455667788' }, { script: '001122334455ff667788' }), [
      { field: '/script', octet: 6, good: '…22334455[]667788', bad: '…22334455[ff]667788' },
    ]);
  });

  it('says a list is no object', () => {
    assert.deepEqual(differences({ a: [] }, { a: {} }), [{ field: '/a', good: '[]', bad: '{}' }]);
  });

  it('is less where fewer places differ, and then where less differs in them', () => {
    const one = differences({ a: '00', b: '00' }, { a: '00', b: 'ff'.repeat(60) });
    const less = differences({ a: '00', b: '00' }, { a: '00', b: 'ff' });
    const two = differences({ a: '00', b: '00' }, { a: 'ff', b: 'ff' });
    assert.ok(distance(less) < distance(one) && distance(one) < distance(two));
  });
});
