/** `next_page` of FindAnchors: where an answer ended, sealed, so that nobody can hand in what no answer gave (MDT-RLY-034). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { wrong } from './request-checks.ts';

/** What is asked for, page after page; the limit may change. */
export interface PagedQuery {
  readonly entityId: Buffer;
  readonly digest: Buffer;
  readonly kinds: readonly number[];
  readonly fromHeight: number;
  readonly toHeight: number;
}

const PLACE_OCTETS = 8;
const MAC_OCTETS = 16;

export class PageTokens {
  readonly #key: Buffer;

  /** @param secret that survives a restart */
  constructor(secret: Uint8Array) {
    this.#key = createHmac('sha256', secret).update('milagro relay: page').digest();
  }

  write(query: PagedQuery, place: number): Buffer {
    const octets = Buffer.alloc(PLACE_OCTETS);
    octets.writeBigUInt64BE(BigInt(place));
    return Buffer.concat([octets, this.#mac(query, octets)]);
  }

  /** @throws MdtError MDT_SCHEMA where it was not given to this query */
  read(query: PagedQuery, page: Buffer): number {
    const octets = page.subarray(0, PLACE_OCTETS);
    const mac = page.subarray(PLACE_OCTETS);
    if (page.length !== PLACE_OCTETS + MAC_OCTETS || !timingSafeEqual(mac, this.#mac(query, octets)))
      throw wrong('page', 'not a page that was given');
    return Number(octets.readBigUInt64BE());
  }

  #mac({ entityId, digest, kinds, fromHeight, toHeight }: PagedQuery, place: Buffer): Buffer {
    const text = JSON.stringify([entityId.toString('hex'), digest.toString('hex'), kinds, fromHeight, toHeight]);
    return createHmac('sha256', this.#key).update(place).update(text).digest().subarray(0, MAC_OCTETS);
  }
}
