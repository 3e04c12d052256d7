/** Reading what bitcoind answered, member by member: a node of another make may leave some out. */
import { MdtError } from '../core/errors.ts';

/** The members of an object that RPC answered. */
export function fields(value: unknown, method: string): Record<string, unknown> {
  if (value === null || typeof value !== 'object') throw unreadable(method, '');
  return value as Record<string, unknown>;
}

export function numberOf(object: Record<string, unknown>, name: string): number {
  const value = object[name];
  if (typeof value !== 'number') throw unreadable('rpc', name);
  return value;
}

export function textOf(object: Record<string, unknown>, name: string): string {
  return asText(object[name], name);
}

export function asText(value: unknown, place: string): string {
  if (typeof value !== 'string') throw unreadable('rpc', place);
  return value;
}

export function unreadable(method: string, field: string): MdtError {
  return new MdtError('MDT_CHAIN_UNAVAILABLE', `the answer of ${method} cannot be read`, { field });
}

const SATOSHI_PER_BITCOIN = 100_000_000;

/** RPC gives amounts in bitcoin, as binary fractions. */
export function inSatoshi(bitcoin: number): number {
  return Math.round(bitcoin * SATOSHI_PER_BITCOIN);
}
