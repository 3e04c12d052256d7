/** vectors/merkle.json: Bitcoin's Merkle tree (spec 5): branches made, and followed to the root. */
import type { VectorFile } from '../../reference/gen/schemas.ts';
import { digestOf } from './keys.ts';
import { blockAt, branchOf, hash256, RECORDED } from './recorded-proofs.ts';
import { VectorBuilder, type GroupBuilder } from './vector-builder.ts';

const reversed = (hex: string): Buffer => Buffer.from(hex, 'hex').reverse();

/** Block 100,000 of the main network: its transactions and Merkle root, as RPC prints them. */
const BLOCK_100000 = {
  txids: [
    '8c14f0db3df150123e6f3dbbf30f8b955a8249b62ac1d1ff16284aefa3d06d87',
    'fff2525b8931402dd09222c50775608f75787bd2b87e56995a7bdd30f79702c4',
    '6359f0868171b1d194cbee1af2f16ea598ae8fad666d9b012c8ed2b79a236ec4',
    'e9a66845e05d5abc0ad04ec80f774a7e585c6e8db975962d069a522137b80c1d',
  ],
  root: 'f3e94742aca4b5ef85488dc37c06c3282295ffec960994b2c0d5ac2a25a95766',
};

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'merkle',
    source: 'blocks of Bitcoin; trees of other sizes computed with OpenSSL',
    header: [
      'merkle-root: the root to which a branch leads from a leaf at a position, or the refusal.',
      'merkle-branch: the branch of a position in a tree of leaves, and the root.',
      'Hashes are octets as computed, not reversed.',
    ],
    notes: {
      Official: { bugType: 'BASIC', description: 'A block of a public chain: a fact that every node confirms.' },
      OddLevel: { bugType: 'EDGE_CASE', description: 'A level of odd length: its last node is hashed with itself.' },
      DuplicatedSibling: {
        bugType: 'MALLEABILITY',
        description:
          'A sibling equal to the running hash where the bit of the position is 1: the same root from a position that no transaction has.',
        links: ['https://www.cve.org/CVERecord?id=CVE-2012-2459'],
      },
      HashLength: {
        bugType: 'RANGE',
        description: 'A hash of another length than 32 octets: two of them are not what a node is made of.',
      },
      Position: {
        bugType: 'RANGE',
        description: 'A position that the tree does not have, or a branch longer than a block allows.',
      },
    },
  })
    .group(
      {
        type: 'merkle-branch',
        source:
          'block 100,000 of the main network (https://mempool.space/block/000000000003ba27aa200b1cecaad478d2b00432346c3f1f3986da1afd33e506)',
        license: 'CC0-1.0',
        official: true,
      },
      official,
    )
    .group({ type: 'merkle-branch', source: 'a regtest bitcoind of this project' }, recorded)
    .group({ type: 'merkle-branch', source: 'computed with OpenSSL' }, synthetic)
    .group({ type: 'merkle-root', source: 'computed with OpenSSL' }, roots)
    .build();
}

function branches(
  group: GroupBuilder,
  name: string,
  leaves: Buffer[],
  positions: number[],
  flags: string[],
  root?: string,
): void {
  for (const position of positions) {
    const made = branchOf(leaves, position);
    if (root !== undefined && made.root !== root) throw new Error(`${name}: the root is not that of the block`);
    const sibling = flags.length > 0 || leaves.length % 2 === 0 ? flags : ['OddLevel'];
    group.valid(
      {
        comment: `${name}, position ${String(position)}`,
        flags: sibling,
        requirements: ['MDT-PRF-003'],
        input: { leaves: leaves.map((leaf) => leaf.toString('hex')), position },
      },
      { branch: made.branch, root: made.root },
    );
  }
}

function official(group: GroupBuilder): void {
  const root = reversed(BLOCK_100000.root).toString('hex');
  branches(group, 'block 100,000', BLOCK_100000.txids.map(reversed), [0, 1, 2, 3], ['Official'], root);
}

function recorded(group: GroupBuilder): void {
  for (const height of [131, 132, 133]) {
    const { txids, header } = blockAt(height);
    branches(
      group,
      `regtest block ${String(height)}`,
      txids.map(reversed),
      [...txids.keys()],
      [],
      header.slice(72, 136),
    );
  }
}

function synthetic(group: GroupBuilder): void {
  for (const size of [5, 6, 7, 9, 16]) {
    const leaves = Array.from({ length: size }, (_, index) => digestOf(`leaf ${String(index)}`));
    branches(group, `${String(size)} leaves`, leaves, [...new Set([0, 1, size >> 1, size - 1])], []);
  }
}

function roots(group: GroupBuilder): void {
  const leaves = blockAt(132).txids.map(reversed);
  const { branch, root } = branchOf(leaves, 2);
  const leaf = leaves[2] ?? Buffer.alloc(32);
  const input = (position: number, list: string[] = branch, from: Buffer = leaf): Record<string, unknown> => ({
    leaf: from.toString('hex'),
    branch: list,
    position,
  });
  const follow = (list: string[], position: number): string => {
    let running = leaf;
    for (const [level, sibling] of list.entries()) {
      const pair = [Buffer.from(sibling, 'hex'), running];
      running = hash256(Buffer.concat(((position >> level) & 1) === 1 ? pair : pair.reverse()));
    }
    return running.toString('hex');
  };
  group.valid(
    {
      comment: 'the duplicate of the last node on the right',
      flags: ['OddLevel'],
      requirements: ['MDT-PRF-105'],
      input: input(2),
    },
    { root },
  );
  group.valid(
    { comment: 'a block with its coinbase only', requirements: ['MDT-PRF-104'], input: input(0, []) },
    { root: leaf.toString('hex') },
  );
  const fifteen = Array.from({ length: 15 }, (_, index) => digestOf(`sibling ${String(index)}`).toString('hex'));
  group.valid(
    {
      comment: '15 hashes, the last position',
      flags: ['Position'],
      requirements: ['MDT-PRF-106'],
      input: input(32_767, fifteen),
    },
    { root: follow(fifteen, 32_767) },
  );
  group.valid(
    { comment: '15 hashes, position 0', flags: ['Position'], requirements: ['MDT-PRF-106'], input: input(0, fifteen) },
    { root: follow(fifteen, 0) },
  );

  const duplicated = (comment: string, refused: Record<string, unknown>): void =>
    group.invalid(
      { comment, flags: ['DuplicatedSibling'], requirements: ['MDT-PRF-105'], input: refused },
      'MDT_MERKLE_SIBLING',
    );
  duplicated('the same branch at the position of the duplicate', input(3));
  const above = Buffer.from(branch[1] ?? '', 'hex');
  const inner = hash256(Buffer.concat([leaf, leaf]));
  duplicated('one level up', input(2, [leaf.toString('hex'), inner.toString('hex')]));
  duplicated('in a tree of one leaf', input(1, [leaf.toString('hex')]));
  duplicated(
    'at the last of three levels',
    input(4, [above.toString('hex'), branch[0] ?? '', follow([above.toString('hex'), branch[0] ?? ''], 4)]),
  );

  const range = (comment: string, refused: Record<string, unknown>): void =>
    group.invalid(
      { comment, flags: ['Position'], requirements: ['MDT-PRF-106'], input: refused },
      'MDT_MERKLE_POSITION',
    );
  range('position 4 with two hashes', input(4));
  range('position 1 without hashes', input(1, []));
  range('position 32,768 with 15 hashes', input(32_768, fifteen));
  range('position 2^31 with two hashes', input(2 ** 31));
  range('position 2^32 + 2, which 32 bits cut to 2', input(2 ** 32 + 2));
  range('16 hashes', input(0, [...fifteen, leaf.toString('hex')]));

  const form = (comment: string, refused: Record<string, unknown>): void =>
    group.invalid({ comment, flags: ['HashLength'], requirements: ['MDT-DOC-111'], input: refused }, 'MDT_SCHEMA');
  const [sibling = '', ...others] = branch;
  form('a leaf of 31 octets', input(2, branch, leaf.subarray(1)));
  form('a leaf of 31 octets that is the root', input(0, [], leaf.subarray(1)));
  form('a leaf of 33 octets', input(2, branch, Buffer.concat([leaf, Buffer.alloc(1)])));
  form('no leaf', input(2, branch, Buffer.alloc(0)));
  form('a sibling of 31 octets', input(2, [sibling.slice(2), ...others]));
  form('a leaf of 31 octets at a position that the tree does not have', input(4, branch, leaf.subarray(1)));
  if (RECORDED.status.height !== 132) throw new Error('the recorded chain has changed its shape');
}
