/** Bitcoin transactions as a reader of proofs takes them: exactly one serialization, nothing left over. */
import { Transaction } from 'bitcoinjs-lib';
import { hash256 } from './block-header.ts';
import { MdtError } from './errors.ts';
import { bytesToHex, equalOctets } from './hex.ts';

export type { Transaction };

/** A transaction with its octets without witness and the hash of them: the txid as computed, not reversed. */
export interface HashedTransaction {
  readonly transaction: Transaction;
  readonly hash: Uint8Array;
}

/**
 * Reads a transaction in either serialization (BIP-144).
 * @throws MdtError MDT_MALFORMED_TX where octets are missing or left over, MDT_TX_64_OCTETS where it has
 *   64 octets without witness: one of that size can pass for an inner node of the Merkle tree (CVE-2017-12842).
 */
export function parseTransaction(octets: Uint8Array, field: string): Transaction {
  return readSized(octets, field).transaction;
}

/** As `parseTransaction`, with the hash. Serializing it again costs as much as reading it, and a lineage has hundreds. */
export function parseHashedTransaction(octets: Uint8Array, field: string): HashedTransaction {
  const { transaction, stripped } = readSized(octets, field);
  return { transaction, hash: hash256(stripped) };
}

/** As `parseHashedTransaction`, where the serialization has to be the one without witness. */
export function parseHashedStripped(octets: Uint8Array, field: string): HashedTransaction {
  const hashed = parseHashedTransaction(octets, field);
  if (hashed.transaction.hasWitnesses()) {
    throw new MdtError('MDT_MALFORMED_TX', 'a witness where none belongs', { field });
  }
  return hashed;
}

function readSized(octets: Uint8Array, field: string): { transaction: Transaction; stripped: Uint8Array } {
  const transaction = read(octets, field);
  const stripped = transaction.hasWitnesses() ? strippedOctets(transaction) : octets;
  if (stripped.length === 64) throw new MdtError('MDT_TX_64_OCTETS', 'a transaction of 64 octets', { field });
  return { transaction, stripped };
}

/** The octets without witness, of which the txid is the double SHA-256. */
function strippedOctets(transaction: Transaction): Uint8Array {
  if (!transaction.hasWitnesses()) return transaction.toBuffer(); // a copy costs as much as the hash of it (measured)
  const stripped = transaction.clone();
  stripped.stripWitnesses();
  return stripped.toBuffer();
}

/** The txid as computed (not reversed). */
export function transactionHash(transaction: Transaction): Uint8Array {
  return hash256(strippedOctets(transaction));
}

/** The octets without witness of a transaction in hexadecimal. */
export function stripWitness(octets: Uint8Array, field: string): string {
  return bytesToHex(strippedOctets(read(octets, field)));
}

function read(octets: Uint8Array, field: string): Transaction {
  let transaction: Transaction;
  try {
    transaction = Transaction.fromBuffer(octets);
  } catch (cause) {
    throw new MdtError('MDT_MALFORMED_TX', 'octets missing or left over', { field, cause });
  }
  if (transaction.ins.length === 0) throw new MdtError('MDT_MALFORMED_TX', 'no inputs', { field });
  // The library reads some lengths that are not written in their shortest form; the txid would be another's.
  if (!equalOctets(transaction.toBuffer(), octets)) {
    throw new MdtError('MDT_MALFORMED_TX', 'not the serialization of this transaction', { field });
  }
  return transaction;
}
