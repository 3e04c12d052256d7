/** AnchorProofs and LineageProofs (spec 2.2, 2.3), checked from their octets. */
import type { AnchorProof, BirthRecord, LineageProof, Locator } from '../../reference/gen/schemas.ts';
import { p2wpkhScript, refuseChainSignature } from './chain-signature.ts';
import { hash256 } from './digest.ts';
import { readHeader, refuseUnlinked } from './header.ts';
import { branchRoot, displayed, rootOf } from './merkle.ts';
import { opReturnIndex, pushedData, readPayload, type Payload } from './payload.ts';
import { Refusal } from './refusal.ts';
import { readStripped, readTransaction, type ReadTransaction } from './transaction.ts';

const octets = (hex: string): Buffer => Buffer.from(hex, 'hex');
const scriptsOf = (transaction: ReadTransaction): Buffer[] => transaction.outputs.map((output) => output.script);

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

/** Where a branch leads, after the rules on its length, the position and repeated siblings. */
export function rootFrom(leaf: Uint8Array, branch: readonly string[], position: number, field: string): Buffer {
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

/** Refuses a locator that names another place than its proof proves. */
export function refuseLocator(
  locator: Locator,
  { txid, block_hash: blockHash }: Proven,
  proof: AnchorProof,
  field: string,
): void {
  const agrees =
    locator.txid === txid &&
    locator.block_hash === blockHash &&
    locator.tx_index === proof.position &&
    locator.vout === proof.vout;
  if (!agrees) throw new Refusal('MDT_LOCATOR', field, 'another place than the proof');
}

/** The lineage of a first Birth Record: its tip and number of anchors. */
export function readLineageProof(
  record: BirthRecord,
  digest: Uint8Array,
  lineage: LineageProof,
  field = '',
): { tip: string; links: number } {
  const key = octets(record.keys.anchor);
  const at = (index: number): string => `${field}/transactions/${String(index)}`;
  const links = lineage.transactions.map((hex, index) => readStripped(octets(hex), at(index)));
  for (const [index, link] of links.entries()) {
    if (index === 0) refuseBirth(record, digest, link, at(0));
    refuseOutputs(link, key, at(index));
    if (index > 0) refuseLink(link, links[index - 1], digest, at(index));
  }
  for (const [index, { link, locator, proof }] of lineage.proofs.entries()) {
    const place = `${field}/proofs/${String(index)}`;
    const proven = readAnchorProof(proof, record.policy.confirmations, `${place}/proof`);
    refuseLocator(locator, proven, proof, `${place}/locator`);
    if (links[link]?.hash.equals(proven.transaction.hash) !== true)
      throw new Refusal('MDT_LINEAGE_BROKEN', place, 'proves another transaction');
    refuseChainSignature(proven.transaction, key, proof.prevout_value, `${place}/proof/transaction`);
  }
  if (!lineage.proofs.some(({ link }) => link === 0))
    throw new Refusal('MDT_SCHEMA', `${field}/proofs`, 'no proof of the BIRTH');
  return { tip: displayed(links.at(-1)?.hash ?? Buffer.alloc(32)), links: links.length };
}

function payloadOf(transaction: ReadTransaction): Payload | undefined {
  const scripts = scriptsOf(transaction);
  return readPayload(pushedData(scripts[opReturnIndex(scripts)] ?? Buffer.alloc(0)));
}

function refuseBirth(record: BirthRecord, digest: Uint8Array, birth: ReadTransaction, field: string): void {
  const [input] = birth.inputs;
  if (!input || displayed(input.hash) !== record.lineage.txid || input.index !== record.lineage.vout)
    throw new Refusal('MDT_LINEAGE_OUTPOINT', field, 'spends another outpoint');
  const payload = payloadOf(birth);
  if (payload?.kind !== 'BIRTH') throw new Refusal('MDT_PAYLOAD_KIND', field, 'the first anchor is no BIRTH');
  if (payload.role !== record.role) throw new Refusal('MDT_PAYLOAD_ROLE', field, 'a BIRTH of another role');
  if (payload.digest !== Buffer.from(digest).toString('hex'))
    throw new Refusal('MDT_DIGEST', field, 'a BIRTH of another record');
}

function refuseOutputs(transaction: ReadTransaction, key: Buffer, field: string): void {
  if (transaction.outputs.length !== 2 || opReturnIndex(scriptsOf(transaction)) !== 0)
    throw new Refusal('MDT_LINEAGE_OUTPUTS', field, 'not the OP_RETURN and the continuation');
  if (transaction.outputs[1]?.script.equals(p2wpkhScript(key)) !== true)
    throw new Refusal('MDT_LINEAGE_CONTINUATION', field, 'output 1 pays somebody else');
}

function refuseLink(
  transaction: ReadTransaction,
  before: ReadTransaction | undefined,
  entity: Uint8Array,
  field: string,
): void {
  const [input] = transaction.inputs;
  if (!before || input?.hash.equals(before.hash) !== true || input.index !== 1)
    throw new Refusal('MDT_LINEAGE_BROKEN', field, 'does not spend output 1 of its predecessor');
  if (payloadOf(transaction)?.entity_id !== Buffer.from(entity).toString('hex'))
    throw new Refusal('MDT_LINEAGE_BROKEN', field, 'an anchor of another entity');
}
