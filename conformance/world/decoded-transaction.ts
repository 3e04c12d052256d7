/** A transaction of the target for the report: as bitcoind decodes it, and its OP_RETURN payload as the oracle reads it. */
import type { RunEvent } from '../../reference/gen/schemas.ts';
import { cut } from '../kit/expect.ts';
import { MARKER, opReturnIndex, pushedData, readPayload } from '../oracle/payload.ts';
import { Refusal } from '../oracle/refusal.ts';
import type { ChainTransaction } from './chain-index.ts';

type TransactionEvent = Extract<RunEvent, { type: 'transaction' }>;
type Decoded = Omit<TransactionEvent, 'seq' | 'at' | 'type' | 'scene'>;

/** Inputs and outputs that are shown; an anchor has two or three. */
const MOST_PARTS = 20;
const SAT = 100_000_000;
const VERSION_OFFSET = MARKER.length / 2;

/** `clean` blots secrets out of what the target wrote into it. */
export function decodedTransaction(tx: ChainTransaction, clean: (text: string) => string): Decoded {
  const shown = (text: string): string => cut(clean(text));
  return {
    txid: tx.txid,
    hex: shown(tx.hex),
    ...(tx.block && { block: { hash: tx.block.hash, height: tx.block.height, position: tx.block.index } }),
    locktime: tx.locktime,
    inputs: tx.vin.slice(0, MOST_PARTS).map(({ txid, vout, sequence, scriptSig, txinwitness = [] }) => ({
      outpoint: txid === undefined ? 'coinbase' : `${txid}:${String(vout)}`,
      sequence,
      script: shown(scriptSig?.hex ?? ''),
      witness: txinwitness.slice(0, MOST_PARTS).map(shown),
    })),
    outputs: tx.vout.slice(0, MOST_PARTS).map((output) => outputOf(output, shown)),
    ...payloadOf(tx),
  };
}

function outputOf(
  { value, scriptPubKey: { hex, type, address } }: ChainTransaction['vout'][number],
  shown: (text: string) => string,
): Decoded['outputs'][number] {
  const output = { sat: Math.round(value * SAT), type, script: shown(hex) };
  return address === undefined ? output : { ...output, address };
}

/** The fields of its payload, or the code with which a reader refuses it; nothing where it carries none. */
function payloadOf({ vout }: ChainTransaction): Pick<Decoded, 'payload'> {
  const scripts = vout.map(({ scriptPubKey }) => Buffer.from(scriptPubKey.hex, 'hex'));
  if (!scripts.some(([first]) => first === 0x6a)) return {};
  try {
    const data = pushedData(scripts[opReturnIndex(scripts)] ?? Buffer.alloc(0));
    const fields = Object.entries(readPayload(data) ?? { kind: 'experimental' });
    const head = { marker: MARKER, version: String(data[VERSION_OFFSET]) };
    return { payload: { ...head, ...Object.fromEntries(fields.map(([name, value]) => [name, String(value)])) } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { payload: { refused: error.message } };
  }
}
