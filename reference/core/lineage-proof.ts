/** Verification of a LineageProof of one key: each link spends the one before (spec 2.2, MDT-LIN-101 to -106). */
import type { BirthRecord, LineageProof, LinkProof } from '../gen/schemas.ts';
import { checkLocator, verifyAnchorProof } from './anchor-proof.ts';
import { checkOutputs, CONTINUATION_VOUT, firstOutpoint, readPayload } from './anchor-transaction.ts';
import { verifyChainSignature } from './chain-signature.ts';
import { MdtError } from './errors.ts';
import { bytesToHex, equalOctets, parseHex, printHash } from './hex.ts';
import { parseStrippedTransaction, transactionHash, type Transaction } from './transaction.ts';

/** What a verified lineage shows. */
export interface ProvenLineage {
  /** txid of the tip, as RPC prints it. */
  readonly tip: string;
  /** Number of anchors, the BIRTH included. */
  readonly links: number;
}

/**
 * Verifies the lineage of a first Birth Record.
 * @param digest of the record, 32 octets
 * @throws MdtError with a code of spec 2.1 to 2.3; `field` is a JSON pointer into `lineage`.
 */
export function verifyLineageProof(
  record: BirthRecord,
  digest: Uint8Array,
  lineage: LineageProof,
  place = '',
): ProvenLineage {
  const publicKey = parseHex(record.keys.anchor, 'MDT_SCHEMA', '/keys/anchor', 33);
  const transactions = lineage.transactions.map((hex, index) => readLink(hex, `${place}/transactions/${index}`));
  checkBirth(record, digest, transactions[0], `${place}/transactions/0`);
  for (const [index, transaction] of transactions.entries()) {
    const field = `${place}/transactions/${index}`;
    checkOutputs(transaction, publicKey, field);
    checkPredecessor(transaction, transactions[index - 1], field);
    checkEntity(transaction, index, digest, field);
  }
  for (const [index, link] of lineage.proofs.entries()) {
    verifyLinkProof(link, transactions, publicKey, record.policy.confirmations, `${place}/proofs/${index}`);
  }
  if (!lineage.proofs.some((proof) => proof.link === 0)) {
    throw new MdtError('MDT_SCHEMA', 'no proof of the BIRTH', { field: `${place}/proofs` });
  }
  return { tip: printHash(hashOf(transactions.at(-1))), links: transactions.length };
}

function readLink(hex: string, field: string): Transaction {
  return parseStrippedTransaction(parseHex(hex, 'MDT_MALFORMED_TX', field), field);
}

/** The BIRTH spends the outpoint that the record names and carries its role and digest. */
function checkBirth(record: BirthRecord, digest: Uint8Array, birth: Transaction | undefined, field: string): void {
  const outpoint = birth && firstOutpoint(birth);
  if (birth === undefined || outpoint?.txid !== record.lineage.txid || outpoint.vout !== record.lineage.vout) {
    throw new MdtError('MDT_LINEAGE_OUTPOINT', 'the BIRTH spends another outpoint', { field });
  }
  const payload = readPayload(birth, field);
  if (payload.kind !== 'BIRTH') throw new MdtError('MDT_PAYLOAD_KIND', 'the first anchor is no BIRTH', { field });
  if (payload.role !== record.role) throw new MdtError('MDT_PAYLOAD_ROLE', 'the BIRTH is of another role', { field });
  if (!equalOctets(payload.digest, digest)) {
    throw new MdtError('MDT_DIGEST', `the BIRTH anchors ${bytesToHex(payload.digest)}`, { field });
  }
}

function checkPredecessor(transaction: Transaction, previous: Transaction | undefined, field: string): void {
  if (previous === undefined) return;
  const [input] = transaction.ins;
  if (!input || !equalOctets(input.hash, transactionHash(previous)) || input.index !== CONTINUATION_VOUT) {
    throw new MdtError('MDT_LINEAGE_BROKEN', 'does not spend output 1 of its predecessor', { field });
  }
}

/** Later anchors are of kinds that name the entity, and name this one. */
function checkEntity(transaction: Transaction, index: number, entityId: Uint8Array, field: string): void {
  if (index === 0) return;
  const payload = readPayload(transaction, field);
  if (!('entityId' in payload) || !equalOctets(payload.entityId, entityId)) {
    throw new MdtError('MDT_LINEAGE_BROKEN', 'an anchor of another entity', { field });
  }
}

function verifyLinkProof(
  link: LinkProof,
  transactions: readonly Transaction[],
  publicKey: Uint8Array,
  confirmations: number,
  place: string,
): void {
  const proven = verifyAnchorProof(link.proof, confirmations, `${place}/proof`);
  checkLocator(link.locator, proven, link.proof, `${place}/locator`);
  const listed = transactions[link.link];
  if (listed === undefined || !equalOctets(transactionHash(listed), transactionHash(proven.transaction))) {
    throw new MdtError('MDT_LINEAGE_BROKEN', 'proves another transaction than the link', { field: place });
  }
  verifyChainSignature(proven.transaction, publicKey, link.proof.prevout_value, `${place}/proof/transaction`);
}

function hashOf(transaction: Transaction | undefined): Uint8Array {
  return transaction === undefined ? new Uint8Array(32) : transactionHash(transaction);
}
