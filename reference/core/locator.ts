/** Locators: where an anchor is in the active chain (MDT-LOC-001, -002). */
import type { Locator } from '../gen/schemas.ts';
import type { NetworkName } from './network.ts';
import { encodeTxRef } from './txref.ts';

/** BIP-136 forbids a txref before: a reorganisation puts another transaction at the place it names. */
export const TXREF_CONFIRMATIONS = 6;
// What the fields of a txref hold; beyond, a transaction has a locator without one.
const MAX_TXREF_HEIGHT = 2 ** 24 - 1;
const MAX_TXREF_INDEX = 2 ** 15 - 1;

/** Where a confirmed anchor is. Hashes are as RPC prints them. */
export interface AnchorPlace {
  readonly txid: string;
  /** Index of the OP_RETURN output. */
  readonly vout: number;
  readonly blockHash: string;
  readonly height: number;
  readonly txIndex: number;
  readonly confirmations: number;
}

/** The locator of an anchor, with a txref from 6 confirmations on. */
export function buildLocator(network: NetworkName, place: AnchorPlace): Locator {
  const { txid, vout, blockHash, height, txIndex } = place;
  const locator: Locator = { txid, vout, block_hash: blockHash, height, tx_index: txIndex };
  return mayHaveTxRef(place) ? { ...locator, txref: encodeTxRef(network, { height, txIndex }) } : locator;
}

function mayHaveTxRef({ confirmations, height, txIndex }: AnchorPlace): boolean {
  return confirmations >= TXREF_CONFIRMATIONS && height <= MAX_TXREF_HEIGHT && txIndex <= MAX_TXREF_INDEX;
}
