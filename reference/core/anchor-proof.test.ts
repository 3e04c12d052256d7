import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { AnchorProof } from '../gen/schemas.ts';
import { checkLocator, followingHeaderCount, verifyAnchorProof } from './anchor-proof.ts';
import type { ErrorCode } from './errors.ts';
import { refuses } from './expect-error.ts';
import { anchoredRecord, flipped } from './fixtures/anchored-record.ts';
import { REGTEST_GENESIS } from './fixtures/grown-lineage.ts';
import { printHash } from './hex.ts';
import { transactionHash } from './transaction.ts';
import { encodeTxRef } from './txref.ts';

const CONFIRMATIONS = 3;
const { proof, locator } = anchoredRecord().anchor;

describe('verifyAnchorProof', () => {
  it('takes the proof of a transaction that bitcoind mined, and shows transaction and header', () => {
    const { transaction, header } = verifyAnchorProof(proof, CONFIRMATIONS);
    assert.equal(printHash(transactionHash(transaction)), locator.txid);
    assert.equal(printHash(header.hash), locator.block_hash);
  });

  const others: readonly (readonly [what: string, changes: Partial<AnchorProof>, code: ErrorCode, field: string])[] = [
    [
      'an octet missing of the transaction',
      { transaction: proof.transaction.slice(0, -2) },
      'MDT_MALFORMED_TX',
      '/p/transaction',
    ],
    ['an octet left over', { transaction: `${proof.transaction}00` }, 'MDT_MALFORMED_TX', '/p/transaction'],
    ['upper-case hexadecimal', { transaction: proof.transaction.toUpperCase() }, 'MDT_MALFORMED_TX', '/p/transaction'],
    ['another vout', { vout: 1 }, 'MDT_OP_RETURN_COUNT', '/p/vout'],
    ['a header of 79 octets', { header: proof.header.slice(2) }, 'MDT_HEADER_FORMAT', '/p/header'],
    [
      'a header whose target is zero',
      { header: `${proof.header.slice(0, 144)}00000000${proof.header.slice(152)}` },
      'MDT_POW',
      '/p/header',
    ],
    [
      'a coinbase with a witness left out differently',
      { coinbase: flipped(proof.coinbase, -1) },
      'MDT_COINBASE_BRANCH',
      '/p/coinbase_branch',
    ],
    [
      'a shorter coinbase branch',
      { coinbase_branch: proof.coinbase_branch.slice(1) },
      'MDT_COINBASE_BRANCH',
      '/p/coinbase_branch',
    ],
    ['the anchor in the place of the coinbase', { coinbase: proof.transaction }, 'MDT_MALFORMED_TX', '/p/coinbase'],
    [
      'another sibling',
      { merkle_branch: [flipped(proof.merkle_branch[0] ?? '', 0), ...proof.merkle_branch.slice(1)] },
      'MDT_MERKLE_ROOT',
      '/p/merkle_branch',
    ],
    ['another position', { position: proof.position ^ 2 }, 'MDT_MERKLE_ROOT', '/p/merkle_branch'],
    [
      'the position of the duplicated last leaf',
      { position: proof.position ^ 1 },
      'MDT_MERKLE_SIBLING',
      '/p/merkle_branch/0',
    ],
    [
      'a position beyond the branch',
      { position: 2 ** proof.merkle_branch.length },
      'MDT_MERKLE_POSITION',
      '/p/merkle_branch',
    ],
    [
      'a following header too few',
      { following_headers: proof.following_headers.slice(1) },
      'MDT_HEADER_LINK',
      '/p/following_headers',
    ],
    [
      'a following header too many',
      { following_headers: [...proof.following_headers, proof.header] },
      'MDT_HEADER_LINK',
      '/p/following_headers',
    ],
    [
      'following headers in another order',
      { following_headers: proof.following_headers.toReversed() },
      'MDT_HEADER_LINK',
      '/p/following_headers/0',
    ],
    [
      'a following header cut short',
      { following_headers: proof.following_headers.map((hex) => hex.slice(2)) },
      'MDT_HEADER_FORMAT',
      '/p/following_headers/0',
    ],
  ];
  for (const [what, changes, code, field] of others) {
    it(`refuses ${what} with ${code}`, async () => {
      await refuses(() => verifyAnchorProof({ ...proof, ...changes }, CONFIRMATIONS, '/p'), code, field);
    });
  }

  it('asks for as many following headers as the policy gives, and never more than 6 (MDT-PRF-005)', async () => {
    assert.deepEqual([1, 2, 6, 7, 8, 100].map(followingHeaderCount), [0, 1, 5, 6, 6, 6]);
    await refuses(() => verifyAnchorProof(proof, 2), 'MDT_HEADER_LINK', '/following_headers');
    verifyAnchorProof({ ...proof, following_headers: [] }, 1);
  });
});

describe('checkLocator', () => {
  const proven = verifyAnchorProof(proof, CONFIRMATIONS);

  it('takes the place that the proof proves', () => {
    checkLocator(locator, proven, proof, REGTEST_GENESIS, '/l');
  });

  it('refuses a txref of another place, and leaves it where the network has none', async () => {
    const { height, tx_index: txIndex } = locator;
    for (const place of [
      { height: height + 1, txIndex },
      { height, txIndex: txIndex + 1 },
      { height, txIndex, vout: locator.vout + 1 },
    ]) {
      const other = { ...locator, txref: encodeTxRef('regtest', place) };
      await refuses(() => checkLocator(other, proven, proof, REGTEST_GENESIS, '/l'), 'MDT_TXREF', '/l/txref');
      checkLocator(other, proven, proof, '00'.repeat(32), '/l');
    }
    const same = encodeTxRef('regtest', { height, txIndex, vout: locator.vout });
    checkLocator({ ...locator, txref: same }, proven, proof, REGTEST_GENESIS, '/l');
  });

  for (const [name, value] of Object.entries({
    txid: '00'.repeat(32),
    block_hash: '00'.repeat(32),
    tx_index: 0,
    vout: 1,
  })) {
    it(`refuses a locator with another ${name}`, async () => {
      await refuses(
        () => checkLocator({ ...locator, [name]: value }, proven, proof, REGTEST_GENESIS, '/l'),
        'MDT_LOCATOR',
        '/l',
      );
    });
  }
});
