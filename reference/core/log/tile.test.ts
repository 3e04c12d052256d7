import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as fc from 'fast-check';
import { formatTilePath, hasTile, parseTilePath } from './tile.ts';

describe('paths of tiles', () => {
  it('are those of C2SP tlog-tiles', () => {
    // The example of the specification: tile 1234067 at level 0.
    assert.equal(formatTilePath({ level: 0, index: 1_234_067, width: 256 }), 'tile/0/x001/x234/067');
    assert.equal(formatTilePath({ level: 3, index: 5, width: 17 }), 'tile/3/005.p/17');
    assert.equal(formatTilePath({ level: 'entries', index: 1_000, width: 256 }), 'tile/entries/x001/000');
  });
  it('are read as they are written', () => {
    const level = fc.oneof(fc.constant('entries' as const), fc.nat(63));
    const tile = fc.record({ level, index: fc.nat(2 ** 31), width: fc.integer({ min: 1, max: 256 }) });
    fc.assert(fc.property(tile, (each) => assert.deepEqual(parseTilePath(formatTilePath(each)), { ...each })));
  });
  for (const path of [
    ...['tile/0/67', 'tile/0/0067', 'tile/0/x000/067', 'tile/00/067', 'tile/64/000', 'tile/-1/000', 'tile/0/067.p/0'],
    ...['tile/0/067.p/256', 'tile/0/067.p/01', 'tile/0/x067', 'tile/0/', 'tile/data/000', '/tile/0/000', 'tile/0/000/'],
    'tile/0/x999/x999/x999/x999/x999/999',
  ])
    it(`are not such as ${path}`, () => assert.equal(parseTilePath(path), undefined));
});

describe('hasTile', () => {
  it('knows how far a tree reaches at each level', () => {
    const has = (level: number | 'entries', index: number, width: number): boolean =>
      hasTile({ level, index, width }, 65_536 + 300);
    assert.ok(has(0, 256, 256) && has(0, 257, 44) && !has(0, 257, 45) && !has(0, 257, 256));
    assert.ok(has(1, 0, 256) && has(1, 1, 1) && !has(1, 1, 2));
    assert.ok(has(2, 0, 1) && !has(2, 0, 2) && !has(3, 0, 1));
    assert.ok(has('entries', 257, 44) && !has('entries', 258, 1));
  });
});
