/** Headers of the active chain (spec 11.2). */
import { isRefusal, RPC_INVALID_ADDRESS_OR_KEY } from '../chain/rpc-refusal.ts';
import { HEADER_OCTETS } from '../core/block-header.ts';
import { MdtError } from '../core/errors.ts';
import type * as proto from '../gen/proto/milagro/trust/v1/relay.ts';
import type { AnchorIndex } from './anchor-index.ts';
import type { Send } from './calls.ts';
import { IndexWatch } from './index-watch.ts';
import type { NodeLink } from './node-link.ts';
import { exactly, HASH_OCTETS, limited, wrong } from './request-checks.ts';

const MOST_KNOWN = 64;
/** Headers in one message of a stream: what a reader that does not read keeps us from letting go. */
const HEADERS_A_MESSAGE = 200;
/** Headers below the checkpoint are asked of the node, so many at a time. */
const ASKED_AT_ONCE = 16;

export class HeaderAnswers {
  readonly #index: AnchorIndex;
  readonly #link: NodeLink;
  readonly #maxResults: number;

  constructor(index: AnchorIndex, link: NodeLink, maxResults: number) {
    this.#index = index;
    this.#link = link;
    this.#maxResults = maxResults;
  }

  /** MDT-RLY-004 */
  async tip(): Promise<proto.GetTipResponse> {
    await this.#link.bestBlock();
    const { height, header } = this.#index.tip;
    return { height, header };
  }

  /** MDT-RLY-005 */
  async headers({ known, limit, fromHeight }: proto.GetHeadersRequest): Promise<proto.GetHeadersResponse> {
    checkKnown(known);
    await this.#link.bestBlock();
    const height =
      known.length === 0 && fromHeight > 0
        ? Math.min(fromHeight, this.#index.tip.height + 1)
        : await this.#after(known);
    return { height, headers: await this.#read(height, limited(limit, this.#maxResults)) };
  }

  /** MDT-RLY-006 */
  async watch(
    { known }: proto.WatchHeadersRequest,
    send: Send<proto.WatchHeadersResponse>,
    ended: AbortSignal,
  ): Promise<void> {
    checkKnown(known);
    await this.#link.bestBlock();
    const watch = new IndexWatch(this.#index, ended);
    let height = await this.#after(known);
    while (!ended.aborted) {
      const headers = await this.#read(height, HEADERS_A_MESSAGE);
      if (headers.length > 0) {
        await send({ height, headers });
        height += headers.length;
        if (headers.length === HEADERS_A_MESSAGE && !watch.hasChanged) continue;
      }
      const fork = await watch.change();
      if (fork !== undefined) height = Math.min(height, fork + 1);
    }
  }

  /** Height of the block after the first of `known` that is in the active chain. */
  async #after(known: readonly Buffer[]): Promise<number> {
    for (const hash of known) {
      const height = this.#index.store.heightOfBlock(hash) ?? (await this.#heightBelow(hash));
      if (height !== undefined) return height + 1;
    }
    return 1;
  }

  /** Where a block below the checkpoint is in the active chain. */
  async #heightBelow(hash: Buffer): Promise<number | undefined> {
    if (this.#index.indexedFrom === 1) return undefined;
    try {
      const { height, confirmations } = await this.#link.node.blockInfo(hash.toString('hex'));
      return confirmations > 0 && height < this.#index.indexedFrom ? height : undefined;
    } catch (error) {
      if (isRefusal(error, RPC_INVALID_ADDRESS_OR_KEY)) return undefined;
      throw error;
    }
  }

  async #read(height: number, limit: number): Promise<Buffer[]> {
    const { tip } = this.#index;
    const lowest = this.#index.indexedFrom - 1;
    if (height > tip.height) return [];
    if (height >= lowest) return this.#index.store.headers(height, limit);
    const { node } = this.#link;
    const headers: Buffer[] = [];
    const end = Math.min(lowest, height + limit);
    for (let from = height; from < end; from += ASKED_AT_ONCE) {
      const heights = Array.from({ length: Math.min(ASKED_AT_ONCE, end - from) }, (_, at) => from + at);
      const asked = await Promise.all(heights.map(async (each) => node.headerHex(await node.blockHash(each))));
      headers.push(...asked.map((hex) => Buffer.from(hex, 'hex')));
    }
    if (headers.some(({ length }) => length !== HEADER_OCTETS))
      throw new MdtError('MDT_CHAIN_UNAVAILABLE', 'a header of the node cannot be read', { field: 'chain.rpc' });
    return headers;
  }
}

function checkKnown(known: readonly Buffer[]): void {
  if (known.length > MOST_KNOWN) throw wrong('known', `${known.length} blocks, at most ${MOST_KNOWN} are taken`);
  for (const hash of known) exactly(hash, HASH_OCTETS, 'known');
}
