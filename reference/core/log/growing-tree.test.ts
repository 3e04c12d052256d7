import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { GrowingTree } from './growing-tree.ts';
import { leafHash, rootOfLeaves } from './tree-hash.ts';

const leaves = Array.from({ length: 300 }, (_, index) => leafHash(Uint8Array.of(index & 0xff, index >> 8)));

describe('GrowingTree', () => {
  it('has the root of all leaves at each size, going on from its peaks', () => {
    let tree = new GrowingTree();
    assert.deepEqual(tree.root(), rootOfLeaves(new Uint8Array()));
    for (const [index, leaf] of leaves.entries()) {
      tree.append(leaf);
      assert.equal(tree.size, index + 1);
      assert.deepEqual(Buffer.from(tree.root()), Buffer.from(rootOfLeaves(Buffer.concat(leaves.slice(0, index + 1)))));
      tree = new GrowingTree(tree.size, tree.peaks);
    }
  });

  it('refuses peaks that are not those of the size', () => {
    const [one = new Uint8Array(), two = new Uint8Array()] = leaves;
    for (const [size, peaks] of [
      [3, [one]],
      [2, [one, two]],
      [0, [one]],
      [1, []],
    ] as const)
      assert.throws(() => new GrowingTree(size, peaks), RangeError);
  });
});
