import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { nearest } from './nearest.ts';

describe('nearest', () => {
  it('finds the word that was meant: a letter wrong, missing, added, two exchanged', () => {
    const ids = ['MDT-HST-001', 'MDT-HST-015', 'MDT-REC-001'];
    for (const typed of ['MDT-HST-01', 'MDT-HTS-001', 'MDT-HST-0001', 'NDT-HST-001'])
      assert.equal(nearest(typed, ids), 'MDT-HST-001', typed);
  });

  it('finds nothing where nothing is near, and in an empty list', () => {
    assert.equal(nearest('certify', ['list', 'init', 'doctor']), undefined);
    assert.equal(nearest('abc', []), undefined);
    assert.equal(nearest('', ['abc']), undefined);
  });
});
