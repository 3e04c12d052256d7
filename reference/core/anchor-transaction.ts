/** What makes a transaction an anchor of a lineage (MDT-LIN-003, -004, -101 to -103). */
import { MdtError } from './errors.ts';
import { equalOctets, printHash } from './hex.ts';
import { opReturnIndex, parseOpReturnScript } from './op-return.ts';
import { decodePayload, type ExperimentalPayload, type Payload } from './payload.ts';
import { p2wpkhScript } from './public-key-script.ts';
import type { Transaction } from './transaction.ts';

/** Index of the OP_RETURN output and of the continuation in an anchor of a lineage. */
export const PAYLOAD_VOUT = 0;
export const CONTINUATION_VOUT = 1;

/** An outpoint, its txid as RPC prints it. */
export interface OutpointRef {
  readonly txid: string;
  readonly vout: number;
}

/** The payload of a transaction with exactly one OP_RETURN output (MDT-ANC-101, -102). */
export function readPayload(transaction: Transaction, field: string): Payload | ExperimentalPayload {
  const scripts = transaction.outs.map((output) => output.script);
  const script = scripts[opReturnIndex(scripts)];
  if (script === undefined) throw new MdtError('MDT_OP_RETURN_COUNT', 'no outputs', { field });
  return decodePayload(parseOpReturnScript(script));
}

/**
 * The script of the continuation of an anchor, which has two outputs: the OP_RETURN first, then the continuation.
 * @throws MdtError MDT_LINEAGE_OUTPUTS
 */
export function continuationScript(transaction: Transaction, field: string): Uint8Array {
  const [, continuation, ...rest] = transaction.outs;
  const first = opReturnIndex(transaction.outs.map((output) => output.script));
  if (continuation === undefined || rest.length > 0 || first !== PAYLOAD_VOUT) {
    throw new MdtError('MDT_LINEAGE_OUTPUTS', 'not exactly the OP_RETURN and the continuation', { field });
  }
  return continuation.script;
}

/**
 * Checks that an anchor has its two outputs, and pays the continuation to `publicKey`.
 * @throws MdtError MDT_LINEAGE_OUTPUTS or MDT_LINEAGE_CONTINUATION
 */
export function checkOutputs(transaction: Transaction, publicKey: Uint8Array, field: string): void {
  if (!equalOctets(continuationScript(transaction, field), p2wpkhScript(publicKey))) {
    throw new MdtError('MDT_LINEAGE_CONTINUATION', 'output 1 does not pay to the current key', { field });
  }
}

/** The outpoint that input 0 spends. */
export function firstOutpoint(transaction: Transaction): OutpointRef | undefined {
  const [input] = transaction.ins;
  return input && { txid: printHash(input.hash), vout: input.index };
}
