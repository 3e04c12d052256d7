/** The headers of the recorded chain, and what a reader computes from them. */
import { RECORDED } from './recorded-proofs.ts';
import { sha256 } from './keys.ts';

const HEADER_HEX = 160;

/** 80 octets at a height, hexadecimal. */
export function headerAt(height: number): string {
  const header = RECORDED.headers.slice(height * HEADER_HEX, (height + 1) * HEADER_HEX);
  if (header.length !== HEADER_HEX) throw new Error(`no header at ${String(height)}`);
  return header;
}

/** Headers of the heights `from` to `to`, one after the other. */
export function headersBetween(from: number, to: number): string {
  return RECORDED.headers.slice(from * HEADER_HEX, (to + 1) * HEADER_HEX);
}

/** As RPC prints it. */
export function blockHash(header: string): string {
  return Buffer.from(sha256(sha256(Buffer.from(header, 'hex'))))
    .reverse()
    .toString('hex');
}

export function timeOf(header: string): number {
  return Buffer.from(header, 'hex').readUInt32LE(68);
}

/** Median time past of the block at a height (BIP-113), in seconds. */
export function medianTimePast(height: number): number {
  const times: number[] = [];
  for (let at = Math.max(0, height - 10); at <= height; at++) times.push(timeOf(headerAt(at)));
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

/** The work of 2^256 / (target + 1) that one header of these bits shows. */
export function workOf(bits: number): bigint {
  const target = BigInt(bits & 0x7f_ffff) << BigInt(8 * ((bits >>> 24) - 3));
  return 2n ** 256n / (target + 1n);
}

/** Work of the recorded chain up to and with a height: 32 octets, hexadecimal. */
export function chainworkAt(height: number): string {
  let work = 0n;
  for (let at = 0; at <= height; at++) work += workOf(Buffer.from(headerAt(at), 'hex').readUInt32LE(72));
  return work.toString(16).padStart(64, '0');
}

export function rfc3339(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
