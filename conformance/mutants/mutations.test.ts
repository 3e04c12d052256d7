import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mutate, MUTATIONS, placesIn } from './mutations.ts';

const DOCUMENT = { a: { 'b/c': 'cafe', n: 4 }, list: [{ x: true }, 'y'], empty: '' };

describe('the mutations of a document', () => {
  it('have every member, item and the whole for a place', () => {
    assert.deepEqual(placesIn(DOCUMENT), [
      ...['', '/a', '/a/b~1c', '/a/n', '/list', '/list/0', '/list/0/x', '/list/1', '/empty'],
    ]);
  });

  it('change that place and nothing else, and leave the original alone', () => {
    const before = structuredClone(DOCUMENT);
    assert.deepEqual(mutate(DOCUMENT, '/a/b~1c', 'delete'), { ...DOCUMENT, a: { n: 4 } });
    assert.deepEqual(mutate(DOCUMENT, '/a/n', 'null'), { ...DOCUMENT, a: { 'b/c': 'cafe', n: null } });
    assert.deepEqual(mutate(DOCUMENT, '/a/n', 'type'), { ...DOCUMENT, a: { 'b/c': 'cafe', n: '4' } });
    assert.deepEqual(mutate(DOCUMENT, '/a/n', 'bit'), { ...DOCUMENT, a: { 'b/c': 'cafe', n: 5 } });
    assert.deepEqual(mutate(DOCUMENT, '/a/b~1c', 'bit'), { ...DOCUMENT, a: { 'b/c': 'cage', n: 4 } });
    assert.deepEqual(mutate(DOCUMENT, '/list/0/x', 'bit'), { ...DOCUMENT, list: [{ x: false }, 'y'] });
    assert.deepEqual(mutate(DOCUMENT, '/list/0', 'delete'), { ...DOCUMENT, list: ['y'] });
    assert.deepEqual(mutate(DOCUMENT, '/list', 'type'), { ...DOCUMENT, list: { 0: { x: true }, 1: 'y' } });
    assert.deepEqual(mutate(DOCUMENT, '/list/0', 'extra'), { ...DOCUMENT, list: [{ x: true, unheard_of: 1 }, 'y'] });
    assert.deepEqual(DOCUMENT, before);
  });

  it('are always another document, or none', () => {
    for (const place of placesIn(DOCUMENT))
      for (const mutation of MUTATIONS) assert.notDeepEqual(mutate(DOCUMENT, place, mutation), DOCUMENT, place);
  });

  it('cannot be made where there is nothing to change', () => {
    assert.equal(mutate(DOCUMENT, '/absent', 'delete'), undefined);
    assert.equal(mutate(DOCUMENT, '/a/n/deeper', 'null'), undefined);
    assert.equal(mutate(DOCUMENT, '/empty', 'bit'), undefined);
    assert.equal(mutate(DOCUMENT, '/a/n', 'extra'), undefined);
    assert.equal(mutate(DOCUMENT, '', 'delete'), undefined);
  });
});
