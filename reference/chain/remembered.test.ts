import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { Remembered } from './remembered.ts';

describe('Remembered', () => {
  it('keeps what was asked for last', () => {
    const remembered = new Remembered<number>(2);
    remembered.set('a', 1);
    remembered.set('b', 2);
    assert.equal(remembered.get('a'), 1);
    remembered.set('c', 3);
    assert.deepEqual([remembered.get('a'), remembered.get('b'), remembered.get('c')], [1, undefined, 3]);
  });

  it('holds a key once', () => {
    const remembered = new Remembered<number>(2);
    remembered.set('a', 1);
    remembered.set('b', 2);
    remembered.set('b', 3);
    assert.deepEqual([remembered.get('a'), remembered.get('b')], [1, 3]);
  });
});
