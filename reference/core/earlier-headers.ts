/**
 * Headers below the checkpoint of a chain (spec 7.1): each holds the hash of the one before it, so that the checkpoint,
 * which the reader believes, commits to all of them. They need no work of their own, and there is one list only.
 */
import { checkLink, parseHeader } from './block-header.ts';
import type { ChainedHeader } from './chained-header.ts';
import { MdtError } from './errors.ts';

export class EarlierHeaders {
  readonly #base: ChainedHeader;
  /** Lowest first; the last one is the block before the checkpoint. */
  #headers: readonly ChainedHeader[] = [];

  constructor(base: ChainedHeader) {
    this.#base = base;
  }

  get all(): readonly ChainedHeader[] {
    return this.#headers;
  }

  /** The lowest height there is a header of; that of the checkpoint where there is none below it. */
  get lowest(): number {
    return this.#base.height - this.#headers.length;
  }

  at(height: number): ChainedHeader | undefined {
    return this.#headers[height - this.lowest];
  }

  /**
   * Takes the headers right below the checkpoint, lowest first. Fewer than there are already are passed over.
   * @throws MdtError MDT_HEADER_FORMAT or MDT_HEADER_LINK; `field` names the header by its index
   */
  take(octets: readonly Uint8Array[]): void {
    const count = octets.length;
    if (count <= this.#headers.length) return;
    if (count > this.#base.height) throw new MdtError('MDT_WRONG_CHAIN', 'more headers than blocks', { field: '/0' });
    const headers: ChainedHeader[] = [];
    for (const [index, each] of octets.entries()) {
      const header = parseHeader(each, `/${index}`);
      const parent = headers.at(-1);
      if (parent !== undefined) checkLink(header, parent, `/${index}`);
      const height = this.#base.height - count + index;
      headers.push({ ...header, octets: Uint8Array.from(each), height, work: 0n });
    }
    const last = headers.at(-1);
    if (last !== undefined) checkLink(this.#base, last, `/${count}`);
    this.#headers = headers;
  }
}
