/** Proofs from tiles, held against the definitions of RFC 9162 by recursion, and verified by the procedures of the RFC. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'mocha';
import * as fc from 'fast-check';
import { refuses } from '../expect-error.ts';
import { ProofBuilder } from './proof-building.ts';
import { verifyConsistency, verifyInclusion } from './proof-verification.ts';
import { EMPTY_ROOT, leafHash, perfectRoot, rootOfLeaves } from './tree-hash.ts';
import { HASH_OCTETS } from '../sha256.ts';

const MOST = 700;
const leaves = Array.from({ length: MOST }, (_, index) => Buffer.from(leafHash(Buffer.from(`entry ${index}`))));

function sha256(...parts: Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** MTH of 2.1.1. */
function rootOf(from: number, to: number): Buffer {
  if (to === from) return sha256();
  if (to - from === 1) return leaves[from] ?? Buffer.alloc(0);
  let split = 1;
  while (split * 2 < to - from) split *= 2;
  return sha256(Buffer.of(1), rootOf(from, from + split), rootOf(from + split, to));
}

/** Tiles of a tree of `size`, as far as it has `grown`, and how often one was read. */
function tilesOf(size: number, grown = (): number => size): { builder: ProofBuilder; reads: () => number } {
  let reads = 0;
  const level = (height: number): Buffer[] =>
    height === 0
      ? leaves.slice(0, size)
      : Array.from({ length: Math.floor(level(height - 1).length / 256) }, (_, tile) =>
          Buffer.from(perfectRoot(Buffer.concat(level(height - 1).slice(tile * 256, (tile + 1) * 256)))),
        );
  const levels = [level(0), level(1), level(2)];
  const builder = new ProofBuilder((at, index, width) => {
    reads += 1;
    const there = Math.floor(grown() / 256 ** at);
    return Buffer.concat(levels[at]?.slice(index * 256, Math.min(index * 256 + width, there)) ?? []);
  });
  return { builder, reads: () => reads };
}

describe('a tree', () => {
  it('has the root of no octets where it has no entries', () => {
    assert.deepEqual(Buffer.from(EMPTY_ROOT), sha256());
    assert.deepEqual(rootOfLeaves(new Uint8Array()), EMPTY_ROOT);
    assert.deepEqual(tilesOf(0).builder.root(0), EMPTY_ROOT);
  });
  it('has the same root by levels, from tiles and by definition', () => {
    for (const size of [1, 2, 3, 4, 5, 7, 8, 9, 255, 256, 257, 511, 512, 513, MOST]) {
      const expected = rootOf(0, size).toString('hex');
      assert.equal(Buffer.from(rootOfLeaves(Buffer.concat(leaves.slice(0, size)))).toString('hex'), expected);
      assert.equal(Buffer.from(tilesOf(MOST).builder.root(size)).toString('hex'), expected, `size ${size}`);
    }
  });
});

describe('proofs from tiles', function () {
  this.timeout(30_000);
  const { builder } = tilesOf(MOST);
  const sizes = fc.integer({ min: 1, max: MOST });

  it('prove each entry in each tree, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (size, place, other) => {
        const index = place % size;
        const shown = { leafHash: leaves[index] ?? EMPTY_ROOT, index, size, root: rootOf(0, size) };
        const proof = builder.inclusion(index, size);
        verifyInclusion({ ...shown, proof });
        const wrong = other % size;
        if (wrong !== index)
          await refuses(() => verifyInclusion({ ...shown, index: wrong, proof }), 'MDT_LOG_INCLUSION');
      }),
    );
  });
  it('prove that each tree begins with each smaller one, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, sizes, async (one, other) => {
        const [first, second] = [Math.min(one, other), Math.max(one, other)];
        const [before, after] = [rootOf(0, first), rootOf(0, second)];
        const grown = { first: { size: first, root: before }, second: { size: second, root: after } };
        const proof = builder.consistency(first, second);
        verifyConsistency({ ...grown, proof });
        const forked = { ...grown, first: { size: first, root: sha256(before) } };
        await refuses(() => verifyConsistency({ ...forked, proof }), 'MDT_LOG_FORK');
      }),
    );
  });
  it('read a few tiles, and those that are full once', () => {
    const { builder: fresh, reads } = tilesOf(MOST);
    fresh.inclusion(0, MOST);
    assert.ok(reads() <= 4, `${reads()} reads`);
    const before = reads();
    for (let index = 0; index < 512; index += 1) fresh.inclusion(index, 512);
    assert.ok(reads() - before <= 1, `${reads() - before} more reads`);
  });
  it('are of each tree while it grows, whatever of its tiles is kept already', () => {
    let grown = 0;
    const { builder: growing } = tilesOf(MOST, () => grown);
    for (grown = 1; grown <= MOST; grown += 1) {
      assert.deepEqual(Buffer.from(growing.root(grown)), rootOf(0, grown), `size ${grown}`);
      const index = Math.floor(grown / 2);
      const shown = { leafHash: leaves[index] ?? EMPTY_ROOT, index, size: grown, root: rootOf(0, grown) };
      verifyInclusion({ ...shown, proof: growing.inclusion(index, grown) });
    }
  });
  it('are of whole hashes', () => {
    for (const hash of builder.inclusion(5, MOST)) assert.equal(hash.length, HASH_OCTETS);
  });
});
