import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { refuses } from './expect-error.ts';
import { merkleBranch, merkleRootOf } from './merkle.ts';

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const twice = (octets: Uint8Array): Buffer =>
  createHash('sha256').update(createHash('sha256').update(octets).digest()).digest();

/** Bitcoin's root, by the book: pair, the last one with itself where it is alone. */
function root(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0] ?? new Uint8Array();
  const parents: Uint8Array[] = [];
  for (let at = 0; at < leaves.length; at += 2)
    parents.push(twice(Buffer.concat([leaves[at]!, leaves[at + 1] ?? leaves[at]!])));
  return root(parents);
}

describe('merkleBranch', () => {
  it('leads from every leaf to the root of the tree', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(hash, { minLength: 1, maxLength: 40, selector: (octets) => octets.join() }),
        (leaves) => {
          const expected = Uint8Array.from(root(leaves));
          for (const [position, leaf] of leaves.entries()) {
            assert.deepEqual(
              Uint8Array.from(merkleRootOf(leaf, merkleBranch(leaves, position), position, 'b')),
              expected,
            );
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('merkleRootOf', () => {
  const leaf = new Uint8Array(32).fill(1);

  it('refuses a position not below 2^length, a negative one, and 16 hashes', async () => {
    await refuses(() => merkleRootOf(leaf, [new Uint8Array(32)], 2, 'branch'), 'MDT_MERKLE_POSITION', 'branch');
    await refuses(() => merkleRootOf(leaf, [], 1, 'branch'), 'MDT_MERKLE_POSITION', 'branch');
    await refuses(() => merkleRootOf(leaf, [], -1, 'branch'), 'MDT_MERKLE_POSITION', 'branch');
    await refuses(
      () =>
        merkleRootOf(
          leaf,
          Array.from({ length: 16 }, () => new Uint8Array(32)),
          0,
          'branch',
        ),
      'MDT_MERKLE_POSITION',
      'branch',
    );
  });

  it('refuses a sibling equal to the running hash on the right and takes it on the left (CVE-2012-2459)', async () => {
    await refuses(() => merkleRootOf(leaf, [leaf], 1, 'branch'), 'MDT_MERKLE_SIBLING', 'branch/0');
    assert.deepEqual(
      Uint8Array.from(merkleRootOf(leaf, [leaf], 0, 'branch')),
      Uint8Array.from(twice(Buffer.concat([leaf, leaf]))),
    );
  });
});
