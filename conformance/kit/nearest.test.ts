import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { nearest } from './nearest.ts';

describe('nearest', () => {
  it('finds the word that was meant: a letter wrong, missing, added, two exchanged', () => {
    const ids = ['MDT-HST-001', 'MDT-HST-015', 'MDT-REC-001'];
    for (const typed of ['MDT-HST-01', 'MDT-HTS-001', 'MDT-HST-0001', 'NDT-HST-001'])
      assert.equal(nearest(typed, ids), 'MDT-HST-001', typed);
  });

  it('finds, of checks, those of the requirement that was named, before nearer ones of others', () => {
    const ids = ['MDT-HST-001/record', 'MDT-HST-001/envelope', 'MDT-HST-002/lines', 'MDT-HST-002/etag'];
    assert.equal(nearest('MDT-HST-001/lines', ids), 'MDT-HST-001/record');
    assert.equal(nearest('MDT-HST-001/envelop', ids), 'MDT-HST-001/envelope');
    assert.equal(nearest('MDT-HST-002/some-other-thing', ids), 'MDT-HST-002/etag');
    assert.equal(nearest('MDT-HTS-002/etag', ids), 'MDT-HST-002/etag');
    assert.equal(nearest('MDT-XYZ-009/quite-another', ids), undefined);
  });

  it('finds nothing where nothing is near, and in an empty list', () => {
    assert.equal(nearest('certify', ['list', 'init', 'doctor']), undefined);
    assert.equal(nearest('abc', []), undefined);
    assert.equal(nearest('', ['abc']), undefined);
  });
});
