/** Verification of an AnchorProof: that a transaction is in a block with work upon it (spec 2.3). */
import type { AnchorProof, Locator } from '../gen/schemas.ts';
import { checkLink, checkWork, parseHeaderHex, type BlockHeader } from './block-header.ts';
import { MdtError } from './errors.ts';
import { equalOctets, parseHex, printHash } from './hex.ts';
import { merkleRootOf } from './merkle.ts';
import { networkOf } from './network.ts';
import { opReturnIndex } from './op-return.ts';
import {
  parseHashedStripped,
  parseHashedTransaction,
  type HashedTransaction,
  type Transaction,
} from './transaction.ts';
import { decodeTxRef } from './txref.ts';

/** What a verified proof shows. */
export interface ProvenTransaction {
  readonly transaction: Transaction;
  /** The txid as computed, not reversed. */
  readonly hash: Uint8Array;
  readonly header: BlockHeader;
}

/** At most this many headers follow in a proof (MDT-PRF-005). */
const MAX_FOLLOWING_HEADERS = 6;

/** The number of following headers of a proof under a policy (MDT-PRF-005). */
export function followingHeaderCount(confirmations: number): number {
  return Math.min(MAX_FOLLOWING_HEADERS, confirmations - 1);
}

/**
 * Verifies a proof by itself: it knows no chain, so it says nothing of whose chain the headers are of.
 * @param confirmations `policy.confirmations`
 * @param place JSON pointer of the proof
 * @throws MdtError with a code of MDT-PRF-101 to -108 or MDT_OP_RETURN_COUNT
 */
export function verifyAnchorProof(proof: AnchorProof, confirmations: number, place = ''): ProvenTransaction {
  const hashed = readTransaction(proof, place);
  checkOutputIndex(proof, hashed.transaction, place);
  return checkInclusion(proof, hashed, confirmations, place);
}

/**
 * As `verifyAnchorProof`, of a transaction of which `vout` is any output that it has: what pays an entity need not be an
 * anchor.
 */
export function verifyOutputProof(proof: AnchorProof, confirmations: number, place = ''): ProvenTransaction {
  const hashed = readTransaction(proof, place);
  if (hashed.transaction.outs[proof.vout] === undefined)
    throw new MdtError('MDT_MALFORMED_TX', 'there is no such output', { field: `${place}/vout` });
  return checkInclusion(proof, hashed, confirmations, place);
}

function readTransaction(proof: AnchorProof, place: string): HashedTransaction {
  const field = `${place}/transaction`;
  return parseHashedTransaction(parseHex(proof.transaction, 'MDT_MALFORMED_TX', field), field);
}

function checkInclusion(
  proof: AnchorProof,
  { transaction, hash }: HashedTransaction,
  confirmations: number,
  place: string,
): ProvenTransaction {
  const header = parseHeaderHex(proof.header, `${place}/header`);
  checkWork(header, `${place}/header`);
  checkCoinbaseBranch(proof, header, place);
  checkMerkleBranch(proof, hash, header, place);
  checkFollowingHeaders(proof, header, confirmations, place);
  return { transaction, hash, header };
}

/**
 * Checks that a locator names what a proof proves, and its txref the same (MDT-LOC-101, MDT-LOC-102).
 * @param genesis of the chain whose anchor it is; of a chain without a network of BIP-136 a txref says nothing
 * @throws MdtError MDT_LOCATOR or MDT_TXREF
 */
export function checkLocator(
  locator: Locator,
  { hash, header }: ProvenTransaction,
  proof: AnchorProof,
  genesis: string,
  place: string,
): void {
  const agrees =
    locator.txid === printHash(hash) &&
    locator.block_hash === printHash(header.hash) &&
    locator.tx_index === proof.position &&
    locator.vout === proof.vout;
  if (!agrees) throw new MdtError('MDT_LOCATOR', 'the locator names another place than the proof', { field: place });
  const network = networkOf(genesis)?.name;
  if (locator.txref === undefined || network === undefined) return;
  const { height, txIndex, vout = locator.vout } = decodeTxRef(network, locator.txref);
  if (height !== locator.height || txIndex !== locator.tx_index || vout !== locator.vout)
    throw new MdtError('MDT_TXREF', 'names another place than its locator', { field: `${place}/txref` });
}

function checkOutputIndex(proof: AnchorProof, transaction: Transaction, place: string): void {
  if (opReturnIndex(transaction.outs.map((output) => output.script)) !== proof.vout) {
    throw new MdtError('MDT_OP_RETURN_COUNT', 'vout is not the OP_RETURN output', { field: `${place}/vout` });
  }
}

function checkCoinbaseBranch(proof: AnchorProof, header: BlockHeader, place: string): void {
  const field = `${place}/coinbase_branch`;
  const { transaction: coinbase, hash } = parseHashedStripped(
    parseHex(proof.coinbase, 'MDT_MALFORMED_TX', `${place}/coinbase`),
    `${place}/coinbase`,
  );
  const branch = parseBranch(proof.coinbase_branch, field);
  const sameDepth = branch.length === proof.merkle_branch.length;
  if (!sameDepth || !coinbase.isCoinbase() || !equalOctets(merkleRootOf(hash, branch, 0, field), header.merkleRoot)) {
    throw new MdtError('MDT_COINBASE_BRANCH', 'the coinbase branch is of other length or leads elsewhere', { field });
  }
}

function checkMerkleBranch(proof: AnchorProof, leaf: Uint8Array, header: BlockHeader, place: string): void {
  const field = `${place}/merkle_branch`;
  const root = merkleRootOf(leaf, parseBranch(proof.merkle_branch, field), proof.position, field);
  if (!equalOctets(root, header.merkleRoot))
    throw new MdtError('MDT_MERKLE_ROOT', 'the branch leads elsewhere', { field });
}

function checkFollowingHeaders(proof: AnchorProof, header: BlockHeader, confirmations: number, place: string): void {
  const field = `${place}/following_headers`;
  const expected = followingHeaderCount(confirmations);
  if (proof.following_headers.length !== expected) {
    throw new MdtError('MDT_HEADER_LINK', `${proof.following_headers.length} headers, ${expected} expected`, { field });
  }
  let previous = header;
  for (const [index, hex] of proof.following_headers.entries()) {
    const next = parseHeaderHex(hex, `${field}/${index}`);
    checkLink(next, previous, `${field}/${index}`);
    checkWork(next, `${field}/${index}`);
    previous = next;
  }
}

function parseBranch(branch: readonly string[], field: string): Uint8Array[] {
  return branch.map((hash, index) => parseHex(hash, 'MDT_MERKLE_ROOT', `${field}/${index}`, 32));
}
