/** Whether the node is on our chain (MDT-CHN-001, -002). */
import { HEADER_OCTETS } from '../core/block-header.ts';
import { MdtError } from '../core/errors.ts';
import type { BitcoinNode, ChainTip } from './bitcoin-node.ts';

export interface ExpectedChain {
  readonly genesis: string;
  readonly checkpoint: { readonly height: number; readonly hash: string };
}

/**
 * The tip of a node that is on our chain.
 * @throws MdtError MDT_WRONG_CHAIN, MDT_CHAIN_UNAVAILABLE
 */
export async function guardedTip(node: BitcoinNode, expected: ExpectedChain): Promise<ChainTip> {
  await checkBlock(node, 0, expected.genesis, 'chain.genesis');
  const tip = await node.tip();
  if (tip.height >= expected.checkpoint.height) {
    await checkBlock(node, expected.checkpoint.height, expected.checkpoint.hash, 'chain.checkpoint');
  }
  await checkTipHeader(node, tip);
  return tip;
}

async function checkBlock(node: BitcoinNode, height: number, hash: string, field: string): Promise<void> {
  if ((await node.blockHash(height)) !== hash) {
    throw new MdtError('MDT_WRONG_CHAIN', `block ${height} of the node is another one`, { field });
  }
}

/** The fork with 164-octet headers keeps genesis and checkpoint; only its headers tell. */
async function checkTipHeader(node: BitcoinNode, tip: ChainTip): Promise<void> {
  const octets = (await node.headerHex(tip.hash)).length / 2;
  if (octets !== HEADER_OCTETS) {
    throw new MdtError('MDT_WRONG_CHAIN', `the tip's header has ${octets} octets`, { field: 'chain.header_format' });
  }
}
