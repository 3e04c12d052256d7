/**
 * The coin of one lineage in the anchor of another (MDT-LIN-016, -112): a transaction would be a link of two lineages.
 * Asked by whoever knows where inputs come from: a scanner, an auditor. A thin client does not.
 */
import { CONTINUATION_VOUT, PAYLOAD_VOUT } from './anchor-transaction.ts';
import { MdtError } from './errors.ts';
import { bytesToHex } from './hex.ts';
import { parseOpReturnScript } from './op-return.ts';
import { decodePayload } from './payload.ts';
import { transactionHash, type Transaction } from './transaction.ts';

/**
 * Checks the inputs after input 0 of an anchor against transactions that the reader knows.
 * @throws MdtError MDT_LINEAGE_FOREIGN_INPUT
 */
export function checkFurtherInputs(anchor: Transaction, known: readonly Transaction[], field: string): void {
  const continuations = new Set(known.filter(isAnchorOfLineage).map((each) => bytesToHex(transactionHash(each))));
  for (const { hash, index } of anchor.ins.slice(1)) {
    if (index === CONTINUATION_VOUT && continuations.has(bytesToHex(hash))) {
      throw new MdtError('MDT_LINEAGE_FOREIGN_INPUT', "spends another lineage's continuation", { field });
    }
  }
}

/** Whether output 0 carries a payload of kind 01 to 05. */
export function isAnchorOfLineage({ outs }: Transaction): boolean {
  const script = outs[PAYLOAD_VOUT]?.script;
  if (script === undefined) return false;
  try {
    const payload = decodePayload(parseOpReturnScript(script));
    return payload.kind === 'BIRTH' || 'entityId' in payload;
  } catch (error) {
    if (error instanceof MdtError) return false;
    throw error;
  }
}
