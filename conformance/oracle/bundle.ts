/** The headers of a bundle as a source (spec 7.6): what it says of its own chain is compared with what it shows. */
import type { ChainCheckpoint, ChainParameters, VerificationBundle } from '../../reference/gen/schemas.ts';
import { hash256 } from './digest.ts';
import { displayed, previousOf } from './merkle.ts';

/** Hexadecimal of one header. */
const DIGITS = 160;

export interface GivenHeaders {
  name: string;
  /** From the reader's checkpoint on, one after the other, hexadecimal. */
  headers: string;
  /** Up to the reader's checkpoint. */
  earlier?: string;
  /** Why nothing of it is taken. */
  refused?: string;
}

export function headersOf(
  { chain, headers: { from, hex } }: VerificationBundle,
  { genesis }: ChainParameters,
  own: ChainCheckpoint,
): GivenHeaders {
  const name = 'bundle';
  const refused = (code: string): GivenHeaders => ({ name, headers: '', refused: code });
  if (chain.genesis !== genesis) return refused('MDT_WRONG_CHAIN');
  if (hex.length % DIGITS !== 0) return refused('MDT_HEADER_FORMAT');
  const end = from + hex.length / DIGITS;
  /** Hash of the block at a height, as far as the headers tell. */
  const hashAt = (height: number): string | undefined => {
    const at = (index: number): Buffer => Buffer.from(hex.slice(index * DIGITS, (index + 1) * DIGITS), 'hex');
    if (height >= from && height < end) return displayed(hash256(at(height - from)));
    if (height === from - 1 && end > from) return previousOf(at(0));
    return undefined;
  };
  const { height, hash } = chain.checkpoint;
  const nothing = end === from && height === from - 1;
  const shown = nothing ? (height === own.height ? own.hash : hash) : hashAt(height);
  if (shown !== hash) return refused('MDT_WRONG_CHAIN');
  if (from > own.height && from !== own.height + 1) return refused('MDT_SOURCE');
  if (end <= own.height) return refused('MDT_SOURCE');
  if (from <= own.height && hashAt(own.height) !== own.hash) return refused('MDT_WRONG_CHAIN');
  const before = Math.max(0, own.height - from) * DIGITS;
  const skipped = Math.max(0, own.height + 1 - from) * DIGITS;
  return { name, headers: hex.slice(skipped), earlier: hex.slice(0, before) };
}
