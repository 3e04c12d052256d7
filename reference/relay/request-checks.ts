/** Lengths and ranges of what a request holds (MDT-RLY-034). Members go by their names in the protobuf file. */
import { MdtError } from '../core/errors.ts';

export const HASH_OCTETS = 32;

export function exactly(octets: Buffer, length: number, field: string): Buffer {
  if (octets.length !== length) throw wrong(field, `${octets.length} octets, ${length} expected`);
  return octets;
}

/** `undefined` where it is left out. */
export function exactlyOrNone(octets: Buffer, length: number, field: string): Buffer | undefined {
  return octets.length === 0 ? undefined : exactly(octets, length, field);
}

export function within(value: number, least: number, most: number, field: string): number {
  if (value < least || value > most) throw wrong(field, `not from ${least} to ${most}`);
  return value;
}

/** How many results an answer holds: what was asked for, as far as the terms allow. */
export function limited(asked: number, most: number): number {
  return asked === 0 ? most : Math.min(asked, most);
}

export function wrong(field: string, message: string): MdtError {
  return new MdtError('MDT_SCHEMA', message, { field });
}
