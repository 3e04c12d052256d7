/** What a relay keeps of a block: anchors by the rules of readers (spec 2.1), and what its transactions spend. */
import { sha256 } from '@noble/hashes/sha2.js';
import { Block, type Transaction } from 'bitcoinjs-lib';
import { CONTINUATION_VOUT, readPayload } from '../core/anchor-transaction.ts';
import { MdtError } from '../core/errors.ts';
import { equalOctets } from '../core/hex.ts';
import { OP_RETURN, opReturnIndex, parseOpReturnScript } from '../core/op-return.ts';
import { MARKER, type Payload } from '../core/payload.ts';

/** An anchor of a registered kind. */
export interface ReadAnchor {
  /** Index of the OP_RETURN output. */
  readonly vout: number;
  /** Octet of the kind, as it stands in the payload. */
  readonly kind: number;
  readonly payload: Uint8Array;
  /** Of a document, the root of a batch, or SHA-256 of a signature (MDT-RLY-007). */
  readonly digest: Uint8Array;
  /** What it begins (BIRTH), what it would continue, or `none`. */
  readonly lineage: { readonly begins: Uint8Array } | { readonly continues: Uint8Array } | 'none';
}

/** A transaction of a block. Hashes are in the order in which RPC prints them. */
export interface ReadTransaction {
  readonly index: number;
  readonly txid: Buffer;
  readonly transaction: Transaction;
  readonly anchor: ReadAnchor | undefined;
}

const KIND_AT = MARKER.length + 1;
/** Where the push of a payload can begin in a script: after OP_RETURN and one or two octets. */
const MARKER_AT = [2, 3];

/** @throws MdtError MDT_CHAIN_UNAVAILABLE where the node's block cannot be read */
export function readBlock(octets: Uint8Array): ReadTransaction[] {
  try {
    const { transactions = [] } = Block.fromBuffer(octets);
    return transactions.map((transaction, index) => ({
      index,
      transaction,
      txid: Buffer.from(transaction.getHash()).reverse(),
      anchor: anchorOf(transaction),
    }));
  } catch (cause) {
    throw new MdtError('MDT_CHAIN_UNAVAILABLE', 'a block of the node cannot be read', { field: 'chain.rpc', cause });
  }
}

/** The anchor that a transaction carries, if readers take it for one. */
export function anchorOf(transaction: Transaction): ReadAnchor | undefined {
  // Nearly all transactions carry none, and an error costs more than this look.
  if (!transaction.outs.some(({ script }) => script[0] === OP_RETURN && hasMarker(script))) return undefined;
  try {
    const payload = readPayload(transaction, 'transaction');
    if (payload.kind === 'EXPERIMENTAL') return undefined;
    const scripts = transaction.outs.map(({ script }) => script);
    const vout = opReturnIndex(scripts);
    const octets = parseOpReturnScript(scripts[vout] ?? new Uint8Array());
    return {
      vout,
      kind: octets[KIND_AT] ?? 0,
      payload: octets,
      digest: digestOf(payload),
      lineage: lineageOf(payload),
    };
  } catch (error) {
    if (error instanceof MdtError) return undefined;
    throw error;
  }
}

/** Output 1 of these transactions was spent, by these inputs. */
export function spentContinuations({ ins }: Transaction): { readonly input: number; readonly txid: Buffer }[] {
  return ins.flatMap(({ hash, index }, input) =>
    index === CONTINUATION_VOUT ? [{ input, txid: Buffer.from(hash).reverse() }] : [],
  );
}

function hasMarker(script: Uint8Array): boolean {
  return MARKER_AT.some((at) => equalOctets(script.subarray(at, at + MARKER.length), MARKER));
}

function digestOf(payload: Payload): Uint8Array {
  if (payload.kind === 'PAT_SIGNATURE') return sha256(payload.signature);
  return payload.kind === 'PAT_BATCH' ? payload.root : payload.digest;
}

function lineageOf(payload: Payload): ReadAnchor['lineage'] {
  if (payload.kind === 'BIRTH') return { begins: payload.digest };
  return 'entityId' in payload ? { continues: payload.entityId } : 'none';
}
