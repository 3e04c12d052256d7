/** Transaction references (BIP-136, Bech32m): the place of a transaction in the chain as a short word (MDT-LOC-003, -101). */
import { bech32m } from '@scure/base';
import { MdtError } from './errors.ts';
import type { NetworkName } from './network.ts';

export interface TxRef {
  /** Block height, 24 bits. */
  readonly height: number;
  /** Index of the transaction in the block, 15 bits. */
  readonly txIndex: number;
  /** Index of an output, 15 bits, in the longer form. */
  readonly vout?: number;
}

interface Form {
  readonly prefix: string;
  /** First data word of a reference without and with an output index (BIP-136, "Magic Notes"). */
  readonly magic: readonly [plain: number, withOutpoint: number];
}

const FORMS: Readonly<Record<NetworkName, Form>> = {
  main: { prefix: 'tx', magic: [0x3, 0x4] },
  test: { prefix: 'txtest', magic: [0x6, 0x7] },
  regtest: { prefix: 'txrt', magic: [0x0, 0x1] },
};

const WORDS = 9;
const WORDS_WITH_OUTPOINT = 12;
const CHECKSUM_CHARACTERS = 6;

/** The reference, `-` after every fourth character as BIP-136 shows it. */
export function encodeTxRef(network: NetworkName, { height, txIndex, vout }: TxRef): string {
  const { prefix, magic } = FORMS[network];
  checkRange(height, 24, 'height');
  checkRange(txIndex, 15, 'tx_index');
  const words = [
    vout === undefined ? magic[0] : magic[1],
    // Version 0 is the lowest bit of this word; the other four are the lowest of the height.
    (height & 0xf) << 1,
    ...littleEndianWords(height >>> 4, 4),
    ...littleEndianWords(txIndex, 3),
  ];
  if (vout !== undefined) {
    checkRange(vout, 15, 'vout');
    words.push(...littleEndianWords(vout, 3));
  }
  const data = bech32m.encode(prefix, words).slice(prefix.length + 1);
  return `${prefix}1:${(data.match(/.{1,4}/g) ?? []).join('-')}`;
}

/**
 * Reads a reference of `network`.
 * @throws MdtError MDT_TXREF
 */
export function decodeTxRef(network: NetworkName, text: string): TxRef {
  const { prefix, magic } = FORMS[network];
  const words = decodeWords(prefix, text);
  const [first, second = 0] = words;
  const expected = first === magic[0] ? WORDS : first === magic[1] ? WORDS_WITH_OUTPOINT : undefined;
  if (expected === undefined) refuse('an unknown magic');
  if (words.length !== expected) refuse(`${words.length} words, ${expected} expected`);
  if ((second & 1) !== 0) refuse('an unknown version');
  const place = { height: (second >>> 1) | (fromWords(words.slice(2, 6)) << 4), txIndex: fromWords(words.slice(6, 9)) };
  return expected === WORDS ? place : { ...place, vout: fromWords(words.slice(9, 12)) };
}

/**
 * BIP-136: everything after the separator that is not of the Bech32 alphabet is there for the eye and is
 * left out, whatever its case. Upper and lower case may not be mixed in what remains (BIP-173).
 */
function decodeWords(prefix: string, text: string): number[] {
  if (!text.toLowerCase().startsWith(`${prefix}1`)) refuse(`does not begin with ${prefix}1`);
  const head = text.slice(0, prefix.length);
  const kept = text.slice(prefix.length + 1).replace(/[^02-9ac-hj-np-z]/gi, '');
  const whole = head + kept;
  if (whole !== whole.toLowerCase() && whole !== whole.toUpperCase()) refuse('upper and lower case are mixed');
  const data = kept.toLowerCase();
  if (data.length > WORDS_WITH_OUTPOINT + CHECKSUM_CHARACTERS) refuse('too long');
  try {
    return bech32m.decode(`${prefix}1${data}`).words;
  } catch (cause) {
    throw new MdtError('MDT_TXREF', 'the Bech32m checksum does not hold', { field: 'txref', cause });
  }
}

function littleEndianWords(value: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => (value >>> (5 * index)) & 0x1f);
}

function fromWords(words: readonly number[]): number {
  return words.reduce((sum, word, index) => sum | (word << (5 * index)), 0);
}

function checkRange(value: number, bits: number, field: string): void {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** bits) {
    throw new MdtError('MDT_TXREF', `${field} does not fit in ${bits} bits`, { field });
  }
}

function refuse(message: string): never {
  throw new MdtError('MDT_TXREF', message, { field: 'txref' });
}
