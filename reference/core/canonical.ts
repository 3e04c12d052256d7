/**
 * RFC 8785 canonical octets and the digest over them (MDT-DOC-010).
 *
 * The library that orders and prints is lenient about values that JSON does not have: it drops
 * `undefined`, calls `toJSON` of a Date and unwraps boxed values. A document made from such a value would
 * be signed in another form than the one in memory, so they are refused here first.
 */
import canonicalize from 'canonicalize';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { MdtError, type ErrorCode } from './errors.ts';
import { MAX_NESTING, pointer } from './json-value.ts';

/**
 * The canonical octets of a JSON value.
 * @throws MdtError MDT_NOT_JSON, MDT_NUMBER_LITERAL, MDT_NUMBER_RANGE, MDT_LONE_SURROGATE or MDT_NESTING, with a JSON pointer.
 */
export function canonicalOctets(value: unknown): Uint8Array {
  checkValue(value, '', 1);
  const text = canonicalize(value);
  if (text === undefined) throw new MdtError('MDT_NOT_JSON', 'not a JSON value');
  return utf8ToBytes(text);
}

/** SHA-256 of the canonical octets, 32 octets. */
export function documentDigest(document: unknown): Uint8Array {
  return sha256(canonicalOctets(document));
}

function checkValue(value: unknown, place: string, depth: number): void {
  switch (typeof value) {
    case 'boolean':
      return;
    case 'number':
      return checkNumber(value, place);
    case 'string':
      return checkString(value, place);
    case 'object':
      return value === null ? undefined : checkContainer(value, place, depth);
    default:
      return refuse('MDT_NOT_JSON', `JSON has no ${typeof value}`, place);
  }
}

function checkNumber(value: number, place: string): void {
  if (!Number.isFinite(value)) refuse('MDT_NOT_JSON', `JSON has no ${value}`, place);
  if (!Number.isInteger(value) || Object.is(value, -0)) refuse('MDT_NUMBER_LITERAL', 'not a plain integer', place);
  if (!Number.isSafeInteger(value)) refuse('MDT_NUMBER_RANGE', 'outside ±(2^53 − 1)', place);
}

function checkString(value: string, place: string): void {
  if (!value.isWellFormed()) refuse('MDT_LONE_SURROGATE', 'a surrogate without its pair', place);
}

function checkContainer(value: object, place: string, depth: number): void {
  if (depth > MAX_NESTING) refuse('MDT_NESTING', `nested more than ${MAX_NESTING} deep`, place);
  if (Array.isArray(value)) {
    // Not forEach: it leaves out holes, which JSON does not have.
    for (let index = 0; index < value.length; index += 1) checkValue(value[index], pointer(place, index), depth + 1);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) refuse('MDT_NOT_JSON', 'not a plain object', place);
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') refuse('MDT_NOT_JSON', 'has a toJSON', place);
  for (const [name, member] of Object.entries(value)) {
    checkString(name, place);
    checkValue(member, pointer(place, name), depth + 1);
  }
}

function refuse(code: ErrorCode, message: string, field: string): never {
  throw new MdtError(code, message, { field });
}
