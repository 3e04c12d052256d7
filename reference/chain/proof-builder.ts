/** Building the proof and the place of a confirmed anchor from the node, without txindex (MDT-PRF-001 to -005). */
import { followingHeaderCount } from '../core/anchor-proof.ts';
import { PAYLOAD_VOUT } from '../core/anchor-transaction.ts';
import { MdtError } from '../core/errors.ts';
import { bytesToHex, hashFromPrinted, parseHex } from '../core/hex.ts';
import { merkleBranch } from '../core/merkle.ts';
import { stripWitness } from '../core/transaction.ts';
import type { BitcoinNode } from './bitcoin-node.ts';
import type { ConfirmedAnchor, ProvenAnchor } from './chain-backend.ts';

/** `ChainBackend.proveAnchor`, from the block. */
export async function buildAnchorProof(
  node: BitcoinNode,
  anchor: ConfirmedAnchor,
  policyConfirmations: number,
): Promise<ProvenAnchor> {
  const { height, txids } = await node.blockContent(anchor.blockHash);
  const position = positionOf(anchor.txid, txids);
  const [header, coinbase, followingHeaders] = await Promise.all([
    node.headerHex(anchor.blockHash),
    node.transactionHex(txids[0] ?? '', anchor.blockHash),
    headersAfter(node, height, followingHeaderCount(policyConfirmations)),
  ]);
  const leaves = txids.map(hashFromPrinted);
  const { txid, blockHash, confirmations, vout = PAYLOAD_VOUT } = anchor;
  return {
    place: { txid, vout, blockHash, height, txIndex: position, confirmations },
    proof: {
      transaction: anchor.transaction,
      prevout_value: anchor.prevoutValue,
      vout,
      header,
      merkle_branch: merkleBranch(leaves, position).map(bytesToHex),
      position,
      coinbase: stripWitness(parseHex(coinbase, 'MDT_MALFORMED_TX', 'coinbase'), 'coinbase'),
      coinbase_branch: merkleBranch(leaves, 0).map(bytesToHex),
      following_headers: followingHeaders,
    },
  };
}

function positionOf(txid: string, txids: readonly string[]): number {
  const position = txids.indexOf(txid);
  if (position < 0)
    throw new MdtError('MDT_CONFIRMATIONS', 'the anchor is not in the block that was named', { field: 'txid' });
  return position;
}

async function headersAfter(node: BitcoinNode, height: number, count: number): Promise<string[]> {
  const heights = Array.from({ length: count }, (_, index) => height + 1 + index);
  return Promise.all(heights.map(async (each) => node.headerHex(await node.blockHash(each))));
}
