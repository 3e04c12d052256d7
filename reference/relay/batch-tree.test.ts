import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Batch } from '../core/pat/batch.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { BatchTrees } from './batch-tree.ts';
import { BATCHED, RegistrationStore } from './registration-store.ts';

const LEAF_OCTETS = 129;
const sha256 = (octets: Buffer): Buffer => createHash('sha256').update(octets).digest();
const leafOf = (number: number): Buffer => Buffer.alloc(LEAF_OCTETS, String(number).padStart(6, '0'));

/** Registrations from 1 on. */
function storeOf(count: number): RegistrationStore {
  const store = new RegistrationStore(join(temporaryFolder(), 'registrations.sqlite'));
  store.atOnce(() => {
    for (let number = 1; number <= count; number += 1) {
      const leaf = leafOf(number);
      store.add({ id: sha256(Buffer.concat([Buffer.of(0), leaf])), leaf, mode: BATCHED });
    }
  });
  return store;
}

describe('BatchTrees', () => {
  // Beside and at the sizes at which a level begins: 256 and 65,536 leaves.
  for (const [first, size] of [
    [1, 1],
    [5, 3],
    [1, 255],
    [2, 256],
    [7, 257],
    [3, 1_000],
    [1, 66_000],
  ] as const) {
    it(`gives the root and the paths of the tree of ${size} leaves from the ${first}. on (RFC 9162, 2.1)`, async () => {
      const store = storeOf(first - 1 + size + 2);
      const trees = new BatchTrees(store);
      const { root, tiles } = await trees.build(first, size);
      store.atOnce(() => {
        for (const tile of tiles) store.addTile(first, tile);
      });
      const whole = new Batch(
        Array.from({ length: size }, (_, index) => leafOf(first + index)),
        size,
      );
      assert.deepEqual(Buffer.from(root), Buffer.from(whole.root));
      for (const index of new Set([0, size >> 1, Math.min(size - 1, 256), size - 1]))
        assert.deepEqual(trees.path(first, size, index).map(Buffer.from), whole.path(index).map(Buffer.from));
      store.close();
    });
  }
}).timeout(60_000);
