/** Headers in their places, and where a chain of them begins. */
import type { ChainCheckpoint, ChainParameters } from '../gen/schemas.ts';
import { parseHeaderHex, type BlockHeader } from './block-header.ts';
import { MdtError } from './errors.ts';
import { parseHex, printHash } from './hex.ts';

/** A header in its place. */
export interface ChainedHeader extends BlockHeader {
  readonly octets: Uint8Array;
  readonly height: number;
  /** Work of its chain up to and with it; 0 below the reader's checkpoint. */
  readonly work: bigint;
}

/**
 * The header at which a chain begins.
 * @throws MdtError MDT_HEADER_FORMAT, or MDT_WRONG_CHAIN where it is no block of this chain, or its period is not known
 */
export function readCheckpoint({ genesis, interval }: ChainParameters, checkpoint: ChainCheckpoint): ChainedHeader {
  const field = '/checkpoint';
  const header = parseHeaderHex(checkpoint.header, `${field}/header`);
  const agrees =
    printHash(header.hash) === checkpoint.hash &&
    (checkpoint.height % interval === 0 || checkpoint.period_time !== undefined) &&
    (checkpoint.height > 0 || checkpoint.hash === genesis);
  if (!agrees) throw new MdtError('MDT_WRONG_CHAIN', 'not a checkpoint of this chain', { field });
  return {
    ...header,
    octets: parseHex(checkpoint.header, 'MDT_HEADER_FORMAT', `${field}/header`),
    height: checkpoint.height,
    work: BigInt(`0x${checkpoint.chainwork}`),
  };
}
