/** Lower-case hexadecimal (MDT-DOC-004) and the byte order in which Bitcoin prints hashes. */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { MdtError, type ErrorCode } from './errors.ts';

export { bytesToHex };

/** Octets of a lower-case hexadecimal string, of exactly `length` octets where that is given. */
export function parseHex(text: string, code: ErrorCode, field: string, length?: number): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new MdtError(code, 'not lower-case hexadecimal octets', { field });
  const octets = hexToBytes(text);
  if (length !== undefined && octets.length !== length) {
    throw new MdtError(code, `${octets.length} octets, ${length} expected`, { field });
  }
  return octets;
}

/** A hash as computed, from the order in which RPC and JSON print it. `printed` is 64 hexadecimal digits. */
export function hashFromPrinted(printed: string): Uint8Array {
  return hexToBytes(printed).reverse();
}

/** A hash in the order in which RPC and JSON print it: octets reversed. */
export function printHash(hash: Uint8Array): string {
  return bytesToHex(Uint8Array.from(hash).reverse());
}

/** Whether two strings of octets are the same. Not in constant time: nothing secret is compared with it. */
export function equalOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, index) => octet === b[index]);
}
