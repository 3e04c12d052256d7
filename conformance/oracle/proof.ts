/** AnchorProofs and locators (spec chapter 5), checked from their octets. */
import type { AnchorProof, Locator } from '../../reference/gen/schemas.ts';
import { hash256 } from './digest.ts';
import { readHeader, refuseUnlinked } from './header.ts';
import { branchRoot, displayed, rootOf } from './merkle.ts';
import { opReturnIndex } from './payload.ts';
import { Refusal } from './refusal.ts';
import { readStripped, readTransaction, type ReadTransaction } from './transaction.ts';
import { decodeTxref, type Network } from './txref.ts';

const octets = (hex: string): Buffer => Buffer.from(hex, 'hex');
/** Output scripts of a transaction. */
export function scriptsOf(transaction: ReadTransaction): Buffer[] {
  return transaction.outputs.map((output) => output.script);
}

export interface Proven {
  transaction: ReadTransaction;
  /** As RPC prints them. */
  txid: string;
  block_hash: string;
}

/** Checks a proof by itself, with the `policy.confirmations` of its record. Whose chain the headers are of, it does not say. */
export function readAnchorProof(proof: AnchorProof, confirmations: number, field = ''): Proven {
  const transaction = readTransaction(octets(proof.transaction), `${field}/transaction`);
  if (opReturnIndex(scriptsOf(transaction)) !== proof.vout)
    throw new Refusal('MDT_OP_RETURN_COUNT', `${field}/vout`, 'not the OP_RETURN output');
  return readOutputProof(proof, confirmations, field);
}

/** The same of any output (11.3, ListUnspent): whether it anchors something is not looked at. */
export function readOutputProof(proof: AnchorProof, confirmations: number, field = ''): Proven {
  const transaction = readTransaction(octets(proof.transaction), `${field}/transaction`);
  const header = readHeader(proof.header, `${field}/header`);
  const coinbase = readStripped(octets(proof.coinbase), `${field}/coinbase`);
  const coinbaseRoot = rootFrom(coinbase.hash, proof.coinbase_branch, 0, `${field}/coinbase_branch`);
  if (
    proof.coinbase_branch.length !== proof.merkle_branch.length ||
    !isCoinbase(coinbase) ||
    !coinbaseRoot.equals(rootOf(header))
  ) {
    throw new Refusal('MDT_COINBASE_BRANCH', `${field}/coinbase_branch`, 'of another length, or leads elsewhere');
  }
  const root = rootFrom(transaction.hash, proof.merkle_branch, proof.position, `${field}/merkle_branch`);
  if (!root.equals(rootOf(header))) throw new Refusal('MDT_MERKLE_ROOT', `${field}/merkle_branch`, 'leads elsewhere');
  refuseFollowing(proof, header, confirmations, `${field}/following_headers`);
  return { transaction, txid: displayed(transaction.hash), block_hash: displayed(hash256(header)) };
}

function isCoinbase({ inputs: [input, ...rest] }: ReadTransaction): boolean {
  return input !== undefined && rest.length === 0 && input.hash.equals(Buffer.alloc(32)) && input.index === 0xffff_ffff;
}

/** Where a branch leads, after the rules on the form of its hashes, its length, the position and repeated siblings. */
export function rootFrom(leaf: Uint8Array, branch: readonly string[], position: number, field: string): Buffer {
  if (leaf.length !== 32 || branch.some((sibling) => octets(sibling).length !== 32))
    throw new Refusal('MDT_SCHEMA', field, 'not 32 octets');
  if (branch.length > 15 || position < 0 || position >= 2 ** branch.length)
    throw new Refusal('MDT_MERKLE_POSITION', field, `position ${String(position)}, ${String(branch.length)} hashes`);
  for (const [level, sibling] of branch.entries()) {
    const running = branchRoot(leaf, branch.slice(0, level).map(octets), position);
    if (((position >> level) & 1) === 1 && running.equals(octets(sibling)))
      throw new Refusal('MDT_MERKLE_SIBLING', `${field}/${String(level)}`, 'the running hash again, on the left');
  }
  return branchRoot(leaf, branch.map(octets), position);
}

function refuseFollowing(proof: AnchorProof, header: Buffer, confirmations: number, field: string): void {
  const expected = Math.min(6, confirmations - 1);
  if (proof.following_headers.length !== expected)
    throw new Refusal(
      'MDT_HEADER_LINK',
      field,
      `${String(proof.following_headers.length)} headers, ${String(expected)} expected`,
    );
  const headers = proof.following_headers.map((hex, index) => readHeader(hex, `${field}/${String(index)}`));
  refuseUnlinked(header, headers, field);
}

const NETWORKS: Readonly<Record<string, Network>> = {
  '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f': 'main',
  '000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943': 'test',
  '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206': 'regtest',
};

/** Refuses a locator that names another place than its proof proves, or has a txref that names another place than it does. */
export function refuseLocator(
  locator: Locator,
  { txid, block_hash: blockHash }: Proven,
  proof: AnchorProof,
  genesis: string,
  field: string,
): void {
  const agrees =
    locator.txid === txid &&
    locator.block_hash === blockHash &&
    locator.tx_index === proof.position &&
    locator.vout === proof.vout;
  if (!agrees) throw new Refusal('MDT_LOCATOR', field, 'another place than the proof');
  const network = NETWORKS[genesis];
  if (locator.txref === undefined || network === undefined) return;
  const { height, tx_index: index, vout = locator.vout } = decodeTxref(locator.txref, network);
  if (height !== locator.height || index !== locator.tx_index || vout !== locator.vout)
    throw new Refusal('MDT_TXREF', `${field}/txref`, 'names another place');
}
