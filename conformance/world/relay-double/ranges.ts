/** The forms of members that a request must have (MDT-RLY-034). */
import { outOfRange } from './refusal.ts';

/** Headers, anchors or outputs of one answer. */
export const MOST_RESULTS = 100;
const HASH = 32;
const MOST_KNOWN = 64;

/** @throws RelayRefusal MDT_SCHEMA */
export function hash(octets: Uint8Array, field: string): string {
  if (octets.length !== HASH) throw outOfRange(field);
  return Buffer.from(octets).toString('hex');
}

/** As `hash`; `undefined` where nothing is given. */
export function someHash(octets: Uint8Array, field: string): string | undefined {
  return octets.length === 0 ? undefined : hash(octets, field);
}

export function knownBlocks(known: readonly Uint8Array[]): string[] {
  if (known.length > MOST_KNOWN) throw outOfRange('known');
  return known.map((each) => hash(each, 'known'));
}

export function within(value: number, least: number, most: number, field: string): number {
  if (value < least || value > most) throw outOfRange(field);
  return value;
}
