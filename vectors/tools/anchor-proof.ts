/** vectors/anchor-proof.json: AnchorProofs, LineageProofs and the signature of input 0, from a chain that bitcoind mined (spec 2.2, 5). */
import type { AnchorProof, VectorFile } from '../../reference/gen/schemas.ts';
import { chainSignatures } from './chain-signature.ts';
import { lineageProofs } from './lineage-proof.ts';
import { blockAt, hash256, lineageOf, proofOf, RECORD, RECORDED } from './recorded-proofs.ts';
import { VectorBuilder, type GroupBuilder } from './vector-builder.ts';

const NODE = `mined by ${RECORDED.node} on regtest (vectors/sources/regtest-chain.json)`;
const CONFIRMATIONS = RECORD.policy.confirmations;
const FOLLOWING = Math.min(6, CONFIRMATIONS - 1);

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'anchor-proof',
    source: 'transactions, headers and blocks of a regtest bitcoind with fixed keys and mock time',
    header: [
      'anchor-proof: what the proof shows under a policy of so many confirmations, or the refusal. Whose chain the headers are of is not asked.',
      'lineage-proof: tip and number of anchors of the lineage of a first Birth Record, or the refusal.',
      'chain-signature: accept the witness of input 0, or refuse it.',
    ],
    notes: {
      Malformed: {
        bugType: 'PARSER_DIFFERENTIAL',
        description: 'Octets missing, left over or not in their shortest form.',
      },
      SixtyFour: {
        bugType: 'CONFUSION',
        description: 'A transaction of 64 octets passes for an inner node of the Merkle tree.',
        links: ['https://www.cve.org/CVERecord?id=CVE-2017-12842'],
      },
      Coinbase: { bugType: 'MISSING_STEP', description: 'The coinbase and its branch fix the depth of the tree.' },
      Branch: { bugType: 'INTEGRITY', description: 'The branch of the transaction is not that of the header.' },
      Work: { bugType: 'MISSING_STEP', description: 'A header without the work that it claims.' },
      Headers: { bugType: 'INTEGRITY', description: 'The headers that follow are of another number or do not link.' },
      Outputs: { bugType: 'AMBIGUITY', description: 'vout is not the OP_RETURN output, or there is not exactly one.' },
      Depth: { bugType: 'EDGE_CASE', description: 'Another policy asks for another number of headers.' },
      Lineage: { bugType: 'EQUIVOCATION', description: 'A link that does not belong to the lineage of this record.' },
      Locator: { bugType: 'INTEGRITY', description: 'The locator names another place than the proof.' },
      Witness: {
        bugType: 'AUTHENTICATION',
        description: 'The witness of input 0 is not [signature ‖ 01, keys.anchor].',
      },
      Prevout: {
        bugType: 'INTEGRITY',
        description: 'BIP-143 signs the value that is spent; another one makes the signature fail.',
      },
    },
  })
    .group({ type: 'anchor-proof', source: NODE }, anchorProofs)
    .group({ type: 'lineage-proof', source: NODE }, lineageProofs)
    .group({ type: 'chain-signature', source: NODE }, chainSignatures)
    .build();
}

const PROOF_WRITER = ['MDT-PRF-001', 'MDT-PRF-003', 'MDT-PRF-004', 'MDT-PRF-005'] as const;
const PROOF_READER = [
  'MDT-PRF-101',
  'MDT-PRF-102',
  'MDT-PRF-103',
  'MDT-PRF-104',
  'MDT-PRF-107',
  'MDT-PRF-108',
] as const;

const flip = (hex: string, octet = 0): string => {
  const octets = Buffer.from(hex, 'hex');
  octets[octet] = (octets[octet] ?? 0) ^ 1;
  return octets.toString('hex');
};

function anchorProofs(group: GroupBuilder): void {
  const { birth, status } = RECORDED;
  const [good, odd] = [proofOf(birth, FOLLOWING), proofOf(status, FOLLOWING)];
  const accept = (comment: string, flags: string[], proof: AnchorProof, confirmations: number): void =>
    group.valid(
      {
        comment,
        flags,
        requirements: [...PROOF_WRITER, ...PROOF_READER],
        input: { proof, confirmations },
      },
      provenBy(proof),
    );
  accept('a BIRTH, 6 confirmations', [], good, 6);
  accept('a STATUS, last of an odd level', [], odd, 6);
  accept('1 confirmation: no header follows', ['Depth'], proofOf(birth, 0), 1);
  accept('2 confirmations: one header', ['Depth'], proofOf(birth, 1), 2);
  accept('7 confirmations: six headers', ['Depth'], proofOf(birth, 6), 7);
  accept('100 confirmations: six headers', ['Depth'], proofOf(status, 6), 100);

  const refuse = (
    code: string,
    requirement: string,
    flag: string,
    cases: Record<string, Partial<AnchorProof>>,
    base: AnchorProof = good,
  ): void => {
    for (const [comment, change] of Object.entries(cases)) {
      group.invalid(
        {
          comment,
          flags: [flag],
          requirements: [requirement],
          input: { proof: { ...base, ...change }, confirmations: CONFIRMATIONS },
        },
        code,
      );
    }
  };
  const { transaction, header, coinbase, following_headers: headers, merkle_branch: branch } = good;
  refuse('MDT_MALFORMED_TX', 'MDT-PRF-102', 'Malformed', {
    'an octet after the transaction': { transaction: `${transaction}00` },
    'the last octet missing': { transaction: transaction.slice(0, -2) },
    'ten octets': { transaction: transaction.slice(0, 20) },
    'a count of inputs in three octets': { transaction: transaction.replace(/^(020000000001)01/, '$1fd0100') },
    'no inputs': { transaction: withoutInputs() },
    'an octet after the coinbase': { coinbase: `${coinbase}00` },
    'a coinbase with its witness': { coinbase: withWitness(coinbase) },
  });
  refuse('MDT_TX_64_OCTETS', 'MDT-PRF-101', 'SixtyFour', {
    'a transaction of 64 octets': { transaction: transactionOf64() },
    'a coinbase of 64 octets': { coinbase: transactionOf64() },
  });
  refuse('MDT_OP_RETURN_COUNT', 'MDT-ANC-101', 'Outputs', {
    'vout names the continuation': { vout: 1 },
    'vout beyond the outputs': { vout: 2 },
    'a transaction without OP_RETURN: the coinbase': { transaction: withoutOpReturn() },
  });
  refuse('MDT_HEADER_FORMAT', 'MDT-PRF-102', 'Malformed', {
    '79 octets': { header: header.slice(0, -2) },
    '81 octets': { header: `${header}00` },
    '164 octets, as a fork of Bitcoin has them': { header: header + '00'.repeat(84) },
    'a following header of 79 octets': {
      following_headers: [...headers.slice(0, -1), (headers.at(-1) ?? '').slice(0, -2)],
    },
  });
  refuse('MDT_POW', 'MDT-PRF-107', 'Work', {
    'another nonce': { header: withoutWork(header) },
    'the bits of the main network': { header: `${header.slice(0, 144)}ffff001d${header.slice(152)}` },
    'negative bits': { header: `${header.slice(0, 144)}ffffff20${header.slice(152)}` },
    'bits beyond 256': { header: `${header.slice(0, 144)}ffff7f23${header.slice(152)}` },
    'bits of zero': { header: `${header.slice(0, 144)}00000000${header.slice(152)}` },
    'the last following header with another nonce': {
      following_headers: [...headers.slice(0, -1), withoutWork(headers.at(-1) ?? '')],
    },
  });
  refuse('MDT_COINBASE_BRANCH', 'MDT-PRF-103', 'Coinbase', {
    'no coinbase branch': { coinbase_branch: [] },
    'one hash more': { coinbase_branch: [...good.coinbase_branch, '00'.repeat(32)] },
    'another sibling': { coinbase_branch: good.coinbase_branch.map((hash) => flip(hash)) },
    'the coinbase of another block': { coinbase: blockAt(133).coinbase },
    'a coinbase that is the anchor itself': { coinbase: strippedBirth(), coinbase_branch: branch },
  });
  refuse(
    'MDT_COINBASE_BRANCH',
    'MDT-PRF-103',
    'Coinbase',
    {
      'a branch one level short, as if an inner node were a transaction': {
        merkle_branch: odd.merkle_branch.slice(0, 1),
        position: 1,
      },
    },
    odd,
  );
  refuse('MDT_MERKLE_ROOT', 'MDT-PRF-104', 'Branch', {
    'another sibling': { merkle_branch: branch.map((hash) => flip(hash)) },
    'the position of the coinbase': { position: 0 },
    'the transaction of another block': { transaction: RECORDED.status.transaction },
  });
  refuse(
    'MDT_MERKLE_ROOT',
    'MDT-PRF-104',
    'Branch',
    { 'siblings exchanged': { merkle_branch: odd.merkle_branch.toReversed() } },
    odd,
  );
  refuse('MDT_MERKLE_SIBLING', 'MDT-PRF-105', 'Branch', { 'the position of the duplicate': { position: 3 } }, odd);
  refuse('MDT_MERKLE_POSITION', 'MDT-PRF-106', 'Branch', {
    'a position of another subtree': { position: 3 },
    'the least position out of range': { position: 2 },
  });
  refuse('MDT_HEADER_LINK', 'MDT-PRF-108', 'Headers', {
    'one header too few': { following_headers: headers.slice(0, -1) },
    'one header too many': { following_headers: proofOf(birth, FOLLOWING + 1).following_headers },
    none: { following_headers: [] },
    'two exchanged': { following_headers: [headers[1] ?? '', headers[0] ?? '', ...headers.slice(2)] },
    'the header itself first': { following_headers: [header, ...headers.slice(0, -1)] },
    'one left out': {
      following_headers: [...headers.slice(0, 2), ...proofOf(birth, FOLLOWING + 1).following_headers.slice(3)],
    },
  });
}

function provenBy(proof: AnchorProof): Record<string, unknown> {
  const anchor = [RECORDED.birth, RECORDED.status].find((candidate) => candidate.transaction === proof.transaction);
  return { txid: anchor?.txid, block_hash: blockAt(anchor?.height ?? 0).hash };
}

/** The same header with the first nonce at which its hash is above the regtest target. */
function withoutWork(header: string): string {
  for (let nonce = 0; ; nonce++) {
    const octets = Buffer.from(header, 'hex');
    octets.writeUInt32LE(nonce, 76);
    if ((hash256(octets)[31] ?? 0) > 0x7f) return octets.toString('hex');
  }
}

/** One input, one output with a script of 4 octets: 64 octets in all. */
function transactionOf64(): string {
  return `0100000001${'11'.repeat(32)}0000000000ffffffff01${'00'.repeat(8)}046a02313200000000`;
}

/** The BIRTH without its witness and its input: version, a count of 0, outputs, locktime. */
function withoutInputs(): string {
  const whole = strippedBirth();
  return `${whole.slice(0, 8)}00${whole.slice(10 + 2 * 41)}`;
}

function withWitness(coinbase: string): string {
  return `${coinbase.slice(0, 8)}0001${coinbase.slice(8, -8)}0120${'00'.repeat(32)}${coinbase.slice(-8)}`;
}

function strippedBirth(): string {
  return lineageOf().transactions[0];
}

/** A transaction of the same outputs but for the OP_RETURN, whose first octet becomes OP_NOP. */
function withoutOpReturn(): string {
  return RECORDED.birth.transaction.replace('406a3e', '40613e');
}
