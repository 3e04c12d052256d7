/** 80-octet block headers: fields, hash, proof of work and links (MDT-PRF-102, -107, -108). */
import { createSHA256 } from 'hash-wasm';
import { targetOf } from './compact-target.ts';
import { MdtError } from './errors.ts';
import { equalOctets, parseHex, printHash } from './hex.ts';

export const HEADER_OCTETS = 80;
/** Length of a hash, in octets. */
export const HASH_OCTETS = 32;
/** Where the fields of a header begin, after its version of four octets. */
export const PREVIOUS_AT = 4;
export const MERKLE_ROOT_AT = 36;
export const TIME_AT = 68;
export const BITS_AT = 72;

const hasher = await createSHA256();
/** One for all: V8 makes the buffer behind a small array only when it is asked for, which takes longer than the hash. */
const once = new Uint8Array(HASH_OCTETS);

export interface BlockHeader {
  /** Double SHA-256 of the 80 octets, as computed (not reversed). */
  readonly hash: Uint8Array;
  readonly previous: Uint8Array;
  readonly merkleRoot: Uint8Array;
  /** Seconds since 1970. */
  readonly time: number;
  readonly bits: number;
}

/** SHA-256 of SHA-256, Bitcoin's hash of blocks, transactions and Merkle nodes. */
export function hash256(octets: Uint8Array): Uint8Array {
  once.set(hasher.init().update(octets).digest('binary'));
  return hasher.init().update(once).digest('binary');
}

/**
 * Reads a header.
 * @throws MdtError MDT_HEADER_FORMAT where it is not 80 octets.
 */
export function parseHeader(octets: Uint8Array, field: string): BlockHeader {
  if (octets.length !== HEADER_OCTETS) {
    throw new MdtError('MDT_HEADER_FORMAT', `a header of ${octets.length} octets`, { field });
  }
  return headerOf(octets, hash256(octets));
}

/** The fields of a header of 80 octets whose hash is known. */
export function headerOf(octets: Uint8Array, hash: Uint8Array): BlockHeader {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  return {
    hash,
    previous: octets.slice(PREVIOUS_AT, MERKLE_ROOT_AT),
    merkleRoot: octets.slice(MERKLE_ROOT_AT, TIME_AT),
    time: view.getUint32(TIME_AT, true),
    bits: view.getUint32(BITS_AT, true),
  };
}

/** As `parseHeader`, from hexadecimal. */
export function parseHeaderHex(hex: string, field: string): BlockHeader {
  return parseHeader(parseHex(hex, 'MDT_HEADER_FORMAT', field), field);
}

/**
 * Checks the work of a header against its own `nBits`. Whether `nBits` is what the chain's rules give is a
 * question to a chain of headers, not to one.
 * @throws MdtError MDT_POW
 */
export function checkWork(header: BlockHeader, field: string): void {
  const target = targetOf(header.bits);
  const value = BigInt(`0x${printHash(header.hash)}`);
  if (target === undefined || value > target) {
    throw new MdtError('MDT_POW', 'the hash is above the target', { field });
  }
}

/**
 * Checks that `header` follows `previous`.
 * @throws MdtError MDT_HEADER_LINK
 */
export function checkLink(header: BlockHeader, previous: BlockHeader, field: string): void {
  if (!equalOctets(header.previous, previous.hash)) {
    throw new MdtError('MDT_HEADER_LINK', 'does not link to the header before', { field });
  }
}
