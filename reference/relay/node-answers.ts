/** What a relay asks its node for others: outputs, fees, and to hand transactions on (spec 11.3, 11.4). */
import type { BitcoinNode, UnspentOutput } from '../chain/bitcoin-node.ts';
import { RPC_TRANSACTION_ERROR, RPC_VERIFY_REJECTED, isRefusal } from '../chain/rpc-refusal.ts';
import { MdtError } from '../core/errors.ts';
import { parseTransaction, type Transaction } from '../core/transaction.ts';
import type * as proto from '../gen/proto/milagro/trust/v1/relay.ts';
import { locatorMessage, proofMessage } from '../runtime/proof-messages.ts';
import type { AnchorIndex } from './anchor-index.ts';
import { placeOf } from './anchor-store.ts';
import type { NodeLink } from './node-link.ts';
import type { Proofs } from './proofs.ts';
import { within } from './request-checks.ts';

/** MAX_SCRIPT_SIZE of Bitcoin. */
const MOST_SCRIPT_OCTETS = 10_000;
const MOST_BLOCKS = 1_008;
const RATE_VBYTES = 1_000;
/** Those who may wait for the node to look through all outputs; it looks for one at a time. */
const MOST_WAITING = 4;
/** Outputs of a confirmed transaction by which it is looked for. */
const OUTPUTS_ASKED = 16;

export interface NodeAnswerParts {
  readonly index: AnchorIndex;
  readonly link: NodeLink;
  readonly proofs: Proofs;
  readonly maxResults: number;
}

export class NodeAnswers {
  readonly #parts: NodeAnswerParts;
  #scans: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(parts: NodeAnswerParts) {
    this.#parts = parts;
  }

  /** MDT-RLY-015 */
  async unspent({ script }: proto.ListUnspentRequest): Promise<proto.ListUnspentResponse> {
    within(script.length, 1, MOST_SCRIPT_OCTETS, 'script');
    const { link, maxResults } = this.#parts;
    const { node } = link;
    const found = await this.#scan(async () => node.unspentOutputs(script.toString('hex')));
    const placed: { readonly output: UnspentOutput; readonly txIndex: number }[] = [];
    for (const output of found) {
      // A block that came or went meanwhile: what is not there is not answered.
      const txIndex = await this.#txIndexOf(node, output);
      if (txIndex >= 0) placed.push({ output, txIndex });
    }
    const ordered = placed.sort(
      (a, b) => a.output.height - b.output.height || a.txIndex - b.txIndex || a.output.vout - b.output.vout,
    );
    const outputs: proto.UnspentOutput[] = [];
    for (const { output, txIndex } of ordered.slice(0, maxResults))
      outputs.push(await this.#proven(node, output, txIndex));
    return { outputs };
  }

  /** MDT-RLY-016 */
  async fee({ blocks }: proto.EstimateFeeRequest): Promise<proto.EstimateFeeResponse> {
    within(blocks, 1, MOST_BLOCKS, 'blocks');
    const { minimum, estimate = minimum } = await this.#parts.link.node.feeRates(blocks);
    const inKvb = (rate: number): bigint => BigInt(Math.ceil(Math.round(rate * RATE_VBYTES * 1_000) / 1_000));
    return { satPerKvb: inKvb(Math.max(estimate, minimum)), minimumSatPerKvb: inKvb(minimum) };
  }

  /** MDT-RLY-017 to -019 */
  async broadcast(request: proto.BroadcastTransactionRequest): Promise<proto.BroadcastTransactionResponse> {
    const { index, link } = this.#parts;
    const transaction = parseTransaction(request.transaction, 'transaction');
    const txid = Buffer.from(transaction.getHash()).reverse();
    const { node } = link;
    const isNew = index.store.know(txid); // before a block can bring it
    try {
      await node.broadcast(request.transaction.toString('hex'));
    } catch (error) {
      if (await this.#has(node, txid)) return { txid };
      if (isNew) index.store.forget(txid);
      throw refused(error);
    }
    if (typeof index.store.knownPlace(txid) !== 'number') await this.#locate(node, transaction, txid);
    return { txid };
  }

  /** Whether the node has it, with another witness perhaps. */
  async #has(node: BitcoinNode, txid: Buffer): Promise<boolean> {
    const { store } = this.#parts.index;
    if (store.anchor(txid) || typeof store.knownPlace(txid) === 'number') return true;
    return (await node.mempoolTransaction(txid.toString('hex')).catch(() => undefined)) !== undefined;
  }

  /** Finds one that was in a block before it was handed to us, by an output that is not spent. */
  async #locate(node: BitcoinNode, { outs }: Transaction, hash: Buffer): Promise<void> {
    const txid = hash.toString('hex');
    if ((await node.mempoolTransaction(txid)) !== undefined) return;
    for (const [vout] of outs.slice(0, OUTPUTS_ASKED).entries()) {
      const depth = await node.unspentDepth({ txid, vout });
      if (depth === undefined) continue;
      const height = (await node.tip()).height - depth + 1;
      const txIndex = await this.#txIndexOf(node, { txid, height });
      if (txIndex >= 0) this.#parts.index.store.locate(hash, placeOf(height, txIndex));
      return;
    }
  }

  async #scan<T>(scan: () => Promise<T>): Promise<T> {
    if (this.#waiting >= MOST_WAITING) throw new MdtError('MDT_RATE', 'others wait for their outputs already');
    this.#waiting += 1;
    const turn = this.#scans.then(scan);
    this.#scans = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  async #txIndexOf(node: BitcoinNode, { txid, height }: Pick<UnspentOutput, 'txid' | 'height'>): Promise<number> {
    const { txids } = await node.blockContent(await node.blockHash(height));
    return txids.indexOf(txid);
  }

  async #proven(
    node: BitcoinNode,
    { txid, vout, height, value }: UnspentOutput,
    txIndex: number,
  ): Promise<proto.UnspentOutput> {
    const output = { txid: Buffer.from(txid, 'hex'), height, txIndex, vout };
    const { locator, proof } = await this.#parts.proofs.plain(node, output);
    return { locator: locatorMessage(locator), value: BigInt(value), proof: proofMessage(proof) };
  }
}

/** MDT-RLY-018 */
function refused(error: unknown): unknown {
  if (!isRefusal(error, RPC_TRANSACTION_ERROR, RPC_VERIFY_REJECTED)) return error;
  return new MdtError('MDT_TX_REFUSED', 'the node does not take the transaction', {
    field: 'transaction',
    rejectReason: error.reason,
  });
}
