/** A block from bitcoind's REST interface, whole. */
import { boundedGet } from './bounded-get.ts';

/** The weight limit of a block leaves no more octets. */
const MAX_BLOCK_OCTETS = 4_000_000;

/**
 * @param base e.g. `http://127.0.0.1:8332`; whether it may be read is looked at before (reader-options.ts)
 * @param hash as RPC prints it
 * @throws MdtError MDT_NOT_FOUND where the node has no such block, MDT_SOURCE where it does not answer
 */
export async function restBlock(base: string, hash: string): Promise<Uint8Array> {
  return boundedGet(`${base.replace(/\/+$/, '')}/rest/block/${hash}.bin`, {
    ...{ maxOctets: MAX_BLOCK_OCTETS, tooLarge: 'MDT_SOURCE', accept: 'application/octet-stream' },
    absent: 'MDT_NOT_FOUND',
  });
}
