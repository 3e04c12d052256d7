/** vectors/log-tree.json: Merkle trees of RFC 9162, their proofs, and the tiles that they are served as (spec 8, 8.4). */
import type { VectorFile } from '../../reference/gen/schemas.ts';
import { leafHash, treeRoot } from '../../conformance/oracle/log-tree.ts';
import { consistencyPath, entriesFrom, hashesOf, inclusionPath } from './example-activity.ts';
import { digestOf } from './keys.ts';
import {
  consistencyMistakes,
  inclusionMistakes,
  type ConsistencyQuestion,
  type InclusionQuestion,
} from './proof-mistakes.ts';
import { OFFICIAL } from './transparency-dev.ts';
import { VectorBuilder, type GroupBuilder } from './vector-builder.ts';

const SOURCE = 'computed by the recursions of RFC 9162 with the SHA-256 of OpenSSL';
const MERKLE = {
  source: 'https://github.com/transparency-dev/merkle/blob/main/proof/verify_test.go',
  license: 'Apache-2.0',
  official: true,
};
const TILES = {
  source: 'https://github.com/C2SP/C2SP/blob/main/tlog-tiles.md',
  license: 'CC-BY-4.0',
  official: true,
};
const hex = (octets: Buffer): string => octets.toString('hex');

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'log-tree',
    source: SOURCE,
    header: [
      'log-root: the leaf hashes of entries and the root of their tree.',
      'log-inclusion: verify that a leaf hash stands at an index of the tree of a size and root.',
      'log-consistency: verify that the second tree begins with the first.',
      'tile-path: the path of a tile, or of an entry bundle. tiles-of-tree: how many full tiles each level of a tree has, and how many hashes its partial one.',
    ],
    notes: {
      Official: { bugType: 'BASIC', description: 'From the list of transparency-dev, or the text of C2SP.' },
      Corrupted: {
        bugType: 'INTEGRITY',
        description: 'A right proof with one thing wrong, as transparency-dev corrupts it.',
      },
      Shape: { bugType: 'EDGE_CASE', description: 'Trees at and around powers of two, and the last leaf.' },
      Length: { bugType: 'RANGE', description: 'A hash that has not 32 octets, or a size beyond what is there.' },
      Empty: { bugType: 'EDGE_CASE', description: 'The tree of no entries.' },
    },
  })
    .group({ type: 'log-root', ...MERKLE }, officialRoots)
    .group({ type: 'log-inclusion', ...MERKLE }, officialInclusions)
    .group({ type: 'log-consistency', ...MERKLE }, officialConsistencies)
    .group({ type: 'log-root', source: SOURCE }, roots)
    .group({ type: 'log-inclusion', source: SOURCE }, inclusions)
    .group({ type: 'log-consistency', source: SOURCE }, consistencies)
    .group({ type: 'tile-path', ...TILES }, officialPaths)
    .group({ type: 'tiles-of-tree', ...TILES }, officialTiles)
    .group({ type: 'tile-path', source: 'C2SP tlog-tiles' }, paths)
    .group({ type: 'tiles-of-tree', source: 'C2SP tlog-tiles' }, tiles)
    .build();
}

function officialRoots(group: GroupBuilder): void {
  const { leaves, roots: known } = OFFICIAL;
  for (const [index, root] of known.entries()) {
    const entries = leaves.slice(0, index + 1);
    group.valid(
      {
        comment: `the tree of the first ${String(index + 1)}`,
        flags: ['Official'],
        requirements: ['MDT-LOG-018'],
        input: { entries },
      },
      { leaf_hashes: entries.map((entry) => hex(leafHash(Buffer.from(entry, 'hex')))), root },
    );
  }
}

function officialInclusions(group: GroupBuilder): void {
  const requirements: ['MDT-LOG-102'] = ['MDT-LOG-102'];
  for (const { leaf, size, proof } of OFFICIAL.inclusions) {
    const question = {
      leaf_hash: hex(leafHash(Buffer.from(OFFICIAL.leaves[leaf - 1] ?? '', 'hex'))),
      ...{ index: leaf - 1, tree_size: size },
      ...{ root: OFFICIAL.roots[size - 1] ?? '', proof: [...proof] },
    };
    const comment = `leaf ${String(leaf - 1)} of ${String(size)}`;
    group.valid({ comment, flags: ['Official'], requirements, input: { ...question } }, {});
    for (const [what, input] of inclusionMistakes(question))
      group.invalid(
        { comment: `${comment}: ${what}`, flags: ['Corrupted'], requirements, input: { ...input } },
        'MDT_LOG_INCLUSION',
      );
  }
}

function officialConsistencies(group: GroupBuilder): void {
  const requirements: ['MDT-LOG-103'] = ['MDT-LOG-103'];
  for (const { first, second, proof } of OFFICIAL.consistencies) {
    const question = {
      ...{ first_size: first, first_root: OFFICIAL.roots[first - 1] ?? '' },
      ...{ second_size: second, second_root: OFFICIAL.roots[second - 1] ?? '', proof: [...proof] },
    };
    const comment = `${String(first)} to ${String(second)}`;
    group.valid({ comment, flags: ['Official'], requirements, input: { ...question } }, {});
    for (const [what, input] of proof.length === 0 ? [] : consistencyMistakes(question))
      group.invalid(
        { comment: `${comment}: ${what}`, flags: ['Corrupted'], requirements, input: { ...input } },
        'MDT_LOG_FORK',
      );
  }
}

/** Entries of a log, the first of the year. */
const ENTRIES = entriesFrom(1_767_225_600, 33);
const LEAVES = hashesOf(ENTRIES);

function roots(group: GroupBuilder): void {
  const { valid } = { valid: group.valid.bind(group) };
  valid(
    {
      comment: 'no entries: SHA-256 of nothing',
      flags: ['Empty'],
      requirements: ['MDT-LOG-018'],
      input: { entries: [] },
    },
    { leaf_hashes: [], root: hex(treeRoot([])) },
  );
  for (const size of [1, 2, 3, 7, 8, 9, 33])
    valid(
      {
        comment: `${String(size)} entries of a log`,
        flags: ['Shape'],
        requirements: ['MDT-LOG-018'],
        input: { entries: ENTRIES.slice(0, size).map(hex) },
      },
      { leaf_hashes: LEAVES.slice(0, size).map(hex), root: hex(treeRoot(LEAVES.slice(0, size))) },
    );
}

function inclusionIn(size: number, index: number): InclusionQuestion {
  const leaves = LEAVES.slice(0, size);
  return {
    leaf_hash: hex(leaves[index] ?? Buffer.alloc(0)),
    ...{ index, tree_size: size, root: hex(treeRoot(leaves)) },
    proof: inclusionPath(index, leaves).map(hex),
  };
}

function inclusions(group: GroupBuilder): void {
  const requirements: ['MDT-LOG-102'] = ['MDT-LOG-102'];
  const flags = ['Shape'];
  for (const [size, index] of [
    [1, 0],
    [2, 1],
    [3, 2],
    [7, 6],
    [9, 8],
    [32, 31],
    [33, 0],
    [33, 32],
  ] as const) {
    const comment = `leaf ${String(index)} of ${String(size)}`;
    group.valid({ comment, flags, requirements, input: { ...inclusionIn(size, index) } }, {});
  }
  const right = inclusionIn(33, 5);
  const wrong = (comment: string, changes: Partial<InclusionQuestion>, kind = 'Shape'): void =>
    group.invalid({ comment, flags: [kind], requirements, input: { ...right, ...changes } }, 'MDT_LOG_INCLUSION');
  group.valid({ comment: 'leaf 5 of 33', flags, requirements, input: { ...right } }, {});
  wrong('another leaf with its proof', { leaf_hash: hex(LEAVES[6] ?? Buffer.alloc(0)) });
  wrong('the entry itself hashed as a node', { leaf_hash: hex(treeRoot(LEAVES.slice(4, 6))), index: 2, tree_size: 17 });
  wrong('an index that is the size', { index: 33 }, 'Length');
  wrong('the index of another tree', { index: 5 + 64 }, 'Length');
  wrong('a proof upside down', { proof: [...right.proof].reverse() });
  wrong('a hash of 31 octets', { proof: [(right.proof[0] ?? '').slice(2), ...right.proof.slice(1)] }, 'Length');
  wrong('a hash of 33 octets', { proof: [`${right.proof[0] ?? ''}00`, ...right.proof.slice(1)] }, 'Length');
  wrong('in the tree of no entries', { tree_size: 0, root: hex(treeRoot([])), proof: [], index: 0 }, 'Empty');
  wrong('a leaf for the root of a larger tree', { leaf_hash: right.root, proof: [], index: 0 }, 'Length');
}

function consistencyOf(first: number, second: number): ConsistencyQuestion {
  return {
    ...{ first_size: first, first_root: hex(treeRoot(LEAVES.slice(0, first))) },
    ...{ second_size: second, second_root: hex(treeRoot(LEAVES.slice(0, second))) },
    proof: consistencyPath(first, LEAVES.slice(0, second)).map(hex),
  };
}

function consistencies(group: GroupBuilder): void {
  const requirements: ['MDT-LOG-103'] = ['MDT-LOG-103'];
  const flags = ['Shape'];
  const right = (comment: string, input: ConsistencyQuestion, kind = 'Shape'): void =>
    group.valid({ comment, flags: [kind], requirements, input: { ...input } }, {});
  const wrong = (comment: string, input: ConsistencyQuestion, kind = 'Shape'): void =>
    group.invalid({ comment, flags: [kind], requirements, input: { ...input } }, 'MDT_LOG_FORK');
  for (const [first, second] of [
    [1, 33],
    [8, 9],
    [8, 16],
    [16, 33],
    [32, 33],
    [31, 32],
    [33, 33],
  ] as const)
    group.valid(
      {
        comment: `${String(first)} to ${String(second)}`,
        flags,
        requirements,
        input: { ...consistencyOf(first, second) },
      },
      {},
    );
  right('nothing to 33', consistencyOf(0, 33), 'Empty');
  right('nothing to nothing', consistencyOf(0, 0), 'Empty');
  const plain = consistencyOf(8, 33);
  const other = hex(digestOf('another root'));
  wrong('a tree that was rewritten', { ...plain, first_root: other });
  wrong('another tree of the same size', { ...consistencyOf(33, 33), second_root: other });
  wrong('a log that shrank', { ...consistencyOf(8, 9), first_size: 9, second_size: 8 });
  wrong('equal sizes with a hash left over', { ...consistencyOf(33, 33), proof: [other] });
  wrong('nothing with another root than that of nothing', { ...consistencyOf(0, 33), first_root: other }, 'Empty');
  wrong('nothing with a hash left over', { ...consistencyOf(0, 33), proof: [other] }, 'Empty');
  wrong('a power of two with its own root first', { ...plain, proof: [plain.first_root, ...plain.proof] });
  wrong('no proof of a power of two', { ...plain, proof: [] });
  wrong(
    'a hash of 31 octets',
    { ...plain, proof: [(plain.proof[0] ?? '').slice(2), ...plain.proof.slice(1)] },
    'Length',
  );
  wrong('a root of 33 octets', { ...plain, first_root: `${plain.first_root}00` }, 'Length');
}

function officialPaths(group: GroupBuilder): void {
  const input = { level: 0, index: 1_234_067, width: 256 };
  const comment = 'index 1234067';
  group.valid({ comment, flags: ['Official'], requirements: ['MDT-LOG-010'], input }, { path: 'tile/0/x001/x234/067' });
}

function officialTiles(group: GroupBuilder): void {
  const say = (
    size: number,
  ): { comment: string; flags: string[]; requirements: ['MDT-LOG-010']; input: { tree_size: number } } => ({
    comment: `a tree of ${String(size)}`,
    flags: ['Official'],
    requirements: ['MDT-LOG-010'],
    input: { tree_size: size },
  });
  group.valid(say(70_000), {
    levels: [
      { level: 0, full: 273, partial: 112 },
      { level: 1, full: 1, partial: 17 },
      { level: 2, full: 0, partial: 1 },
    ],
  });
  group.valid(say(256), {
    levels: [
      { level: 0, full: 1, partial: 0 },
      { level: 1, full: 0, partial: 1 },
    ],
  });
}

function paths(group: GroupBuilder): void {
  const path = (level: number | 'entries', index: number, width: number, expected: string): void =>
    group.valid(
      {
        comment: `${typeof level === 'number' ? `level ${String(level)}` : level}, ${String(index)}, width ${String(width)}`,
        flags: ['Shape'],
        requirements: ['MDT-LOG-010'],
        input: { level, index, width },
      },
      { path: expected },
    );
  path(0, 0, 256, 'tile/0/000');
  path(0, 0, 1, 'tile/0/000.p/1');
  path(1, 999, 255, 'tile/1/999.p/255');
  path(0, 1_000, 256, 'tile/0/x001/000');
  path('entries', 39_062, 128, 'tile/entries/x039/062.p/128');
}

function tiles(group: GroupBuilder): void {
  const comment = 'a tree without entries';
  group.valid({ comment, flags: ['Empty'], requirements: ['MDT-LOG-010'], input: { tree_size: 0 } }, { levels: [] });
  group.valid(
    { comment: 'a tree of 255', flags: ['Shape'], requirements: ['MDT-LOG-010'], input: { tree_size: 255 } },
    { levels: [{ level: 0, full: 0, partial: 255 }] },
  );
}
