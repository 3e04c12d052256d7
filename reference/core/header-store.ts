/**
 * Headers of one chain, 80 octets each and nothing else: the hash of a header is in the one upon it, and its place is
 * its height. A million headers take 80 MB, so they lie in pages that never move.
 */
import { HEADER_OCTETS, PREVIOUS_AT, TIME_AT } from './block-header.ts';
import { HASH_OCTETS } from './sha256.ts';
import { MdtError } from './errors.ts';

/** A page has 160 kB. */
const PAGE_HEADERS = 2_048;

export class HeaderStore {
  readonly #pages: Uint8Array[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** @param octets 80 of them; they are copied */
  push(octets: Uint8Array): void {
    if (this.#count % PAGE_HEADERS === 0) this.#pages.push(new Uint8Array(PAGE_HEADERS * HEADER_OCTETS));
    const place = this.#count;
    this.#count += 1;
    this.#page(place).set(octets, offsetOf(place));
  }

  /** Leaves the first `count` headers. */
  cut(count: number): void {
    this.#count = Math.min(this.#count, count);
    this.#pages.length = Math.ceil(this.#count / PAGE_HEADERS);
  }

  /** The 80 octets of the header at a place, which is below `count`. They are not to be changed. */
  at(place: number): Uint8Array {
    const offset = offsetOf(place);
    return this.#page(place).subarray(offset, offset + HEADER_OCTETS);
  }

  /** Seconds since 1970. */
  timeAt(place: number): number {
    const page = this.#page(place);
    return uint32(page, offsetOf(place) + TIME_AT);
  }

  /** Whether the header at a place is these 80 octets. */
  holds(place: number, octets: Uint8Array): boolean {
    return place < this.#count && agree(this.#page(place), offsetOf(place), octets, 0, HEADER_OCTETS);
  }

  /** The hash of the header at a place that is not the last: as the one upon it says. */
  hashBelow(place: number): Uint8Array {
    const offset = offsetOf(place + 1) + PREVIOUS_AT;
    return this.#page(place + 1).slice(offset, offset + HASH_OCTETS);
  }

  /** The place of the header with a hash, the last one aside, from the newest down: nearly always it is among those. */
  placeOf(hash: Uint8Array): number | undefined {
    for (let place = this.#count - 1; place > 0; place -= 1)
      if (agree(this.#page(place), offsetOf(place) + PREVIOUS_AT, hash, 0, HASH_OCTETS)) return place - 1;
    return undefined;
  }

  /** All from a place on, one after the other. */
  octets(from: number): Uint8Array {
    const octets = new Uint8Array(Math.max(0, this.#count - from) * HEADER_OCTETS);
    for (let place = from; place < this.#count; place += 1) octets.set(this.at(place), (place - from) * HEADER_OCTETS);
    return octets;
  }

  #page(place: number): Uint8Array {
    const page = place < this.#count ? this.#pages[Math.floor(place / PAGE_HEADERS)] : undefined;
    if (page === undefined) throw new MdtError('MDT_INTERNAL', 'a header that is not there');
    return page;
  }
}

/** Four octets, little-endian, which have to be there. */
export function uint32(octets: Uint8Array, at: number): number {
  const low = (octets[at] ?? 0) | ((octets[at + 1] ?? 0) << 8) | ((octets[at + 2] ?? 0) << 16);
  return (low | ((octets[at + 3] ?? 0) << 24)) >>> 0;
}

/** Whether `length` octets of two arrays agree. */
export function agree(left: Uint8Array, leftAt: number, right: Uint8Array, rightAt: number, length: number): boolean {
  for (let index = 0; index < length; index += 1) if (left[leftAt + index] !== right[rightAt + index]) return false;
  return true;
}

function offsetOf(place: number): number {
  return (place % PAGE_HEADERS) * HEADER_OCTETS;
}
