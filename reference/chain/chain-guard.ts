/** Whether the node is on our chain (MDT-CHN-001, -002). */
import { HEADER_OCTETS, parseHeaderHex } from '../core/block-header.ts';
import { MdtError } from '../core/errors.ts';
import { printHash } from '../core/hex.ts';
import type { ChainBackend, ChainTip } from './chain-backend.ts';

export interface ExpectedChain {
  readonly genesis: string;
  readonly checkpoint: { readonly height: number; readonly hash: string };
}

export interface GuardedTip extends ChainTip {
  /** Hash of the block below. */
  readonly previousHash: string;
}

/** The last tip that was found to be on our chain; one per node and expected chain. */
export interface GuardMemory {
  tip?: GuardedTip;
}

/**
 * The tip of a node that is on our chain. The tip's header is looked at each time. Block 0 and the checkpoint are
 * asked for where the tip is not the child of one that was guarded: a block commits to all that are below it.
 * @param best hash of the best block, where that was just asked for
 * @throws MdtError MDT_WRONG_CHAIN, MDT_CHAIN_UNAVAILABLE
 */
export async function guardedTip(
  node: ChainBackend,
  expected: ExpectedChain,
  memory: GuardMemory = {},
  best?: string,
): Promise<GuardedTip> {
  const tip = (memory.tip && (await grownFrom(memory.tip, node, best))) ?? (await unknownTip(node, expected));
  memory.tip = tip;
  return tip;
}

/** The tip, where it is `guarded` or the block upon it. */
async function grownFrom(guarded: GuardedTip, node: ChainBackend, best?: string): Promise<GuardedTip | undefined> {
  const hash = best ?? (await node.bestBlockHash());
  const previousHash = await checkTipHeader(node, hash);
  if (hash === guarded.hash) return guarded;
  return previousHash === guarded.hash ? { hash, height: guarded.height + 1, previousHash } : undefined;
}

async function unknownTip(node: ChainBackend, { genesis, checkpoint }: ExpectedChain): Promise<GuardedTip> {
  await checkBlock(node, 0, genesis, 'chain.genesis');
  const tip = await node.tip();
  const differs = checkpoint.height !== 0 || checkpoint.hash !== genesis;
  if (differs && tip.height >= checkpoint.height) {
    await checkBlock(node, checkpoint.height, checkpoint.hash, 'chain.checkpoint');
  }
  return { ...tip, previousHash: await checkTipHeader(node, tip.hash) };
}

async function checkBlock(node: ChainBackend, height: number, hash: string, field: string): Promise<void> {
  if ((await node.blockHash(height)) !== hash) {
    throw new MdtError('MDT_WRONG_CHAIN', `block ${height} of the node is another one`, { field });
  }
}

/**
 * The fork with 164-octet headers keeps genesis and checkpoint; only its headers tell. Gives the hash of the block
 * below, for which the header has to be that of the hash.
 */
async function checkTipHeader(node: ChainBackend, hash: string): Promise<string> {
  const hex = await node.headerHex(hash);
  if (hex.length !== 2 * HEADER_OCTETS) {
    throw new MdtError('MDT_WRONG_CHAIN', `the tip's header has ${hex.length / 2} octets`, {
      field: 'chain.header_format',
    });
  }
  const header = parseHeaderHex(hex, 'chain.header_format');
  if (printHash(header.hash) !== hash) {
    throw new MdtError('MDT_WRONG_CHAIN', "the tip's header is that of another block", {
      field: 'chain.header_format',
    });
  }
  return printHash(header.previous);
}
