/** The anchors that a relay keeps, as far as faults meddle with them. */

export interface Stored {
  readonly kind: number;
  readonly txid: Buffer;
}

export interface Query {
  readonly entity?: Buffer;
  readonly digest?: Buffer;
  readonly kinds: readonly number[];
}

export interface Store {
  find(query: Query): Stored[];
  removeFrom(height: number): unknown;
}

/** Beside what a query asks for: all that stands from a block on. */
export function from(height: number): { after: number; toHeight: number; limit: number } {
  return { after: height * PLACES_IN_A_BLOCK, toHeight: 2 ** 31, limit: 1_000_000 };
}

const PLACES_IN_A_BLOCK = 2 ** 20;
