/** Anchors, lineages, and where transactions are (spec 11.3). */
import { MdtError } from '../core/errors.ts';
import { parseTransaction } from '../core/transaction.ts';
import * as proto from '../gen/proto/milagro/trust/v1/relay.ts';
import type { Locator } from '../gen/schemas.ts';
import { lineageMessage, locatorMessage, proofMessage } from '../runtime/proof-messages.ts';
import type { AnchorIndex } from './anchor-index.ts';
import { heightOf, placeOf, txIndexOf, type StoredAnchor } from './anchor-store.ts';
import { anchorOf } from './block-reading.ts';
import type { Send } from './calls.ts';
import { IndexWatch } from './index-watch.ts';
import type { NodeLink } from './node-link.ts';
import type { PageTokens } from './page-token.ts';
import type { Proofs } from './proofs.ts';
import { exactly, exactlyOrNone, HASH_OCTETS, limited, within, wrong } from './request-checks.ts';

const MOST_KINDS = 256;
const HIGHEST_KIND = 0xff;
/** No chain is higher: what is asked for above the tip is not there. */
const HIGHEST = 2 ** 32 - 1;
const NO_OCTETS = Buffer.alloc(0);

export interface AnchorAnswerParts {
  readonly index: AnchorIndex;
  readonly link: NodeLink;
  readonly proofs: Proofs;
  readonly pages: PageTokens;
  readonly maxResults: number;
}

export class AnchorAnswers {
  readonly #parts: AnchorAnswerParts;

  constructor(parts: AnchorAnswerParts) {
    this.#parts = parts;
  }

  /** MDT-RLY-007 to -009 */
  async find(request: proto.FindAnchorsRequest): Promise<proto.FindAnchorsResponse> {
    const { index, link, pages, maxResults } = this.#parts;
    const { kinds, fromHeight, toHeight, page } = request;
    const entity = exactlyOrNone(request.entityId, HASH_OCTETS, 'entity_id');
    const digest = exactlyOrNone(request.digest, HASH_OCTETS, 'digest');
    within(kinds.length, 0, MOST_KINDS, 'kinds');
    for (const kind of kinds) within(kind, 0, HIGHEST_KIND, 'kinds');
    if (toHeight !== 0 && fromHeight > toHeight) throw wrong('from_height', 'above to_height');
    const after = page.length > 0 ? pages.read(request, page) : placeOf(fromHeight, 0) - 1;
    await link.bestBlock();
    const limit = limited(request.limit, maxResults);
    const query = { ...(entity && { entity }), ...(digest && { digest }), kinds, after, limit: limit + 1 };
    const found = index.store.find({ ...query, toHeight: Math.min(toHeight || HIGHEST, index.tip.height) });
    const last = found.length > limit ? found[limit - 1] : undefined;
    return {
      anchors: found.slice(0, limit).map((anchor) => this.#found(anchor)),
      nextPage: last ? pages.write(request, placeOf(last.height, last.txIndex)) : NO_OCTETS,
    };
  }

  /** MDT-RLY-012 */
  async status({ txid }: proto.GetTransactionStatusRequest): Promise<proto.GetTransactionStatusResponse> {
    exactly(txid, HASH_OCTETS, 'txid');
    await this.#parts.link.bestBlock();
    return this.#statusOf(txid);
  }

  /** MDT-RLY-010 */
  async anchorProof(
    request: proto.RelayServiceGetAnchorProofRequest,
  ): Promise<proto.RelayServiceGetAnchorProofResponse> {
    const { index, link, proofs } = this.#parts;
    const txid = exactly(request.txid, HASH_OCTETS, 'txid');
    await link.bestBlock();
    const anchor = index.store.anchor(txid);
    if (anchor) {
      const { locator, proof } = await proofs.anchor(link.node, anchor, request.confirmations || 1);
      return { locator: locatorMessage(locator), proof: proofMessage(proof) };
    }
    const { place } = await this.#statusOf(txid);
    if (place === proto.Place.PLACE_UNCONFIRMED)
      throw new MdtError('MDT_CONFIRMATIONS', 'the transaction is in no block', { field: 'txid' });
    throw new MdtError('MDT_NOT_FOUND', 'the transaction carries no anchor', { field: 'txid' });
  }

  /** MDT-RLY-011 */
  async lineageProof(
    request: proto.RelayServiceGetLineageProofRequest,
  ): Promise<proto.RelayServiceGetLineageProofResponse> {
    const { index, link, proofs } = this.#parts;
    const birth = exactly(request.birthTxid, HASH_OCTETS, 'birth_txid');
    await link.bestBlock();
    const [first, ...others] = index.store.members(birth);
    if (!first) throw new MdtError('MDT_NOT_FOUND', 'no lineage begins with it', { field: 'birth_txid' });
    const lineage = await proofs.lineage(link.node, [first, ...others], request.confirmations || 1);
    return { lineage: lineageMessage(lineage) };
  }

  /** MDT-RLY-014 */
  async watch(
    { txid, confirmations }: proto.WatchAnchorRequest,
    send: Send<proto.WatchAnchorResponse>,
    ended: AbortSignal,
  ): Promise<void> {
    exactly(txid, HASH_OCTETS, 'txid');
    await this.#parts.link.bestBlock();
    const watch = new IndexWatch(this.#parts.index, ended);
    let sent = '';
    while (!ended.aborted) {
      const status = await this.#statusOf(txid);
      const shown = `${status.confirmations} ${status.locator?.blockHash.toString('hex') ?? ''}`;
      if (shown !== sent) await send(status);
      sent = shown;
      if (status.place === proto.Place.PLACE_CONFIRMED && status.confirmations >= (confirmations || 1)) return;
      await watch.change();
    }
  }

  /** @throws MdtError MDT_NOT_FOUND (MDT-RLY-013) */
  async #statusOf(txid: Buffer): Promise<proto.GetTransactionStatusResponse> {
    const { index, proofs } = this.#parts;
    const anchor = index.store.anchor(txid);
    if (anchor) return this.#confirmed(anchor.height, proofs.locator(anchor));
    const place = index.store.knownPlace(txid) ?? (await this.#waits(txid));
    if (place === undefined) throw new MdtError('MDT_NOT_FOUND', 'not a transaction that is known', { field: 'txid' });
    if (place === null) return { place: proto.Place.PLACE_UNCONFIRMED, confirmations: 0, locator: undefined };
    const [height, txIndex] = [heightOf(place), txIndexOf(place)];
    return this.#confirmed(height, proofs.locator({ txid, height, txIndex, vout: 0 }));
  }

  #confirmed(height: number, locator: Locator): proto.GetTransactionStatusResponse {
    const confirmations = this.#parts.index.confirmations(height);
    return { place: proto.Place.PLACE_CONFIRMED, confirmations, locator: locatorMessage(locator) };
  }

  /** `null` where an anchor that others handed on waits in the node's mempool. */
  async #waits(txid: Buffer): Promise<null | undefined> {
    const { index, link } = this.#parts;
    if (index.store.knownPlace(txid) === null) return null;
    const hex = await link.node.mempoolTransaction(txid.toString('hex'));
    if (hex === undefined || !anchorOf(parseTransaction(Buffer.from(hex, 'hex'), 'transaction'))) return undefined;
    index.store.know(txid);
    return null;
  }

  #found(anchor: StoredAnchor): proto.FoundAnchor {
    const { payload, birth = NO_OCTETS } = anchor;
    return { locator: locatorMessage(this.#parts.proofs.locator(anchor)), payload, birthTxid: birth };
  }
}
