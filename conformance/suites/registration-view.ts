/** Registrations as checks read them: which transaction each is in, and whether its path leads to the batch. */
import type { GetRegistrationResponse } from '../../reference/gen/proto/milagro/trust/v1/relay.ts';
import { holds } from '../kit/expect.ts';
import { anchorOf } from '../oracle/chain-anchors.ts';
import { leafHash, refuseInclusion } from '../oracle/log-tree.ts';
import type { Payload } from '../oracle/payload.ts';
import { Refusal } from '../oracle/refusal.ts';
import type { ChainTransaction } from '../world/chain-index.ts';
import type { ChainTruth } from '../world/relay/chain-truth.ts';
import type { Handed } from '../world/relay/handed-watch.ts';
import { leafOf } from '../world/relay/pat-keys.ts';
import { lookedAt } from '../world/wire-log.ts';
import { DIRECT, type Taken } from '../world/scenes/relay-registering.ts';
import { text } from './relay-view.ts';

const PAT_BATCH = 0x11;
const PAT_SIGNATURE = 0x10;
const COUNT_AT = 64;

/** Every transaction of these chains and their mempools, and where it carries an anchor, the payload. */
function anchored(truths: readonly ChainTruth[]): { tx: ChainTransaction; payload: Payload }[] {
  const all = truths.flatMap(({ blocks, mempool }) => [...blocks.flatMap(({ tx }) => tx), ...mempool]);
  return all.flatMap((tx) => {
    const payload = anchorOf(tx)?.payload;
    return payload ? [{ tx, payload }] : [];
  });
}

/**
 * The transaction carries what was registered, by its path where it is a batch.
 * @param truths the chain when it was told, and later: what is told of may be on its way to the node
 */
export function carries(
  truths: readonly ChainTruth[],
  one: Taken,
  { txid, index, path }: GetRegistrationResponse,
  when: string,
): void {
  const found = anchored(truths).find(({ tx }) => tx.txid === text(txid));
  const what = `${one.what}, ${when}`;
  const payload = found?.payload;
  if (found) lookedAt(found.tx);
  const expected = one.mode === DIRECT ? 'PAT_SIGNATURE' : 'PAT_BATCH';
  holds(payload?.kind === expected, `the transaction of ${what} carries another payload`, {
    expected,
    got: payload?.kind ?? `${text(txid)}, which nobody has`,
    field: 'txid',
  });
  if (one.mode === DIRECT) {
    const isSame = payload?.signature === text(one.signature) && path.length === 0 && index === 0;
    const detail = { expected: text(one.signature), got: payload?.signature, field: 'txid' };
    return holds(isSame, `the transaction of ${what} carries another signature`, detail);
  }
  try {
    refuseInclusion({
      leaf_hash: leafHash(leafOf(one)),
      index,
      tree_size: payload?.leaf_count ?? 0,
      root: Buffer.from(payload?.root ?? '', 'hex'),
      proof: path.map((hash) => Buffer.from(hash)),
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    holds(false, `the path of ${what} does not lead to the batch`, {
      expected: `${payload?.root ?? ''} of ${String(payload?.leaf_count)} leaves`,
      got: error.message,
      field: 'path',
    });
  }
}

/** PAT_BATCHes that came into the mempool, each once however often it came. */
export function batchesIn(handed: readonly Handed[]): { body: string; leaves: number; first: Handed }[] {
  const batches = new Map<string, Handed>();
  for (const one of handed)
    if (one.kind === PAT_BATCH && one.body !== undefined && !batches.has(one.body)) batches.set(one.body, one);
  return [...batches].map(([body, first]) => ({ body, first, leaves: parseInt(body.slice(COUNT_AT), 16) }));
}

/** Transactions, however many there are, that carry this signature by itself. */
export function directsOf(handed: readonly Handed[], signature: Buffer): Handed[] {
  const found = handed.filter(({ kind, body }) => kind === PAT_SIGNATURE && body === text(signature));
  for (const { tx } of found) lookedAt(tx);
  return found;
}
