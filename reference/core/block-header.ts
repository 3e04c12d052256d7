/** 80-octet block headers: fields, hash, proof of work and links (MDT-PRF-102, -107, -108). */
import { targetOf } from './compact-target.ts';
import { MdtError } from './errors.ts';
import { equalOctets, parseHex, printHash } from './hex.ts';
import { HASH_OCTETS, sha256Into } from './sha256.ts';

export const HEADER_OCTETS = 80;
/** Where the fields of a header begin, after its version of four octets. */
export const PREVIOUS_AT = 4;
export const MERKLE_ROOT_AT = 36;
export const TIME_AT = 68;
export const BITS_AT = 72;

/** One for all: it takes longer to make a Buffer than a hash. */
const once = Buffer.alloc(HASH_OCTETS);

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
  hash256Into(octets, once);
  return new Uint8Array(once);
}

/** As `hash256`, into other octets at a place. */
export function hash256Into(octets: Uint8Array, into: Buffer, at = 0): void {
  sha256Into(octets, once);
  sha256Into(once, into, at);
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
