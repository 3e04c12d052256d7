/** The registration of a PAT signature, made of the block that its anchor transaction is in (spec 10.3). */
import { Block } from 'bitcoinjs-lib';
import type { PatRegistration, PatSignedStatement } from '../../gen/schemas.ts';
import { MdtError } from '../errors.ts';
import { bytesToHex, equalOctets, hashFromPrinted } from '../hex.ts';
import { buildLocator } from '../locator.ts';
import { merkleBranch } from '../merkle.ts';
import type { NetworkName } from '../network.ts';
import { opReturnIndex } from '../op-return.ts';
import { HEADER_OCTETS } from '../block-header.ts';
import { stripWitness } from '../transaction.ts';

/** Where the block is in the reader's chain. */
export interface PlacedBlock {
  /** The whole block, as the network sends it. */
  readonly octets: Uint8Array;
  /** As RPC prints it. */
  readonly hash: string;
  readonly height: number;
  readonly confirmations: number;
  readonly network: NetworkName;
}

/**
 * It is proof only once it was verified: what a node says of a block is not looked at here.
 * @param txid as RPC prints it
 * @param batch the place of the signature in a PAT_BATCH; absent where the transaction carries it DIRECT
 * @throws MdtError MDT_MALFORMED_TX where the octets are no block, MDT_NOT_FOUND, MDT_OP_RETURN_COUNT
 */
export function registrationFrom(
  { octets, hash, height, confirmations, network }: PlacedBlock,
  txid: string,
  signed: PatSignedStatement,
  batch?: PatRegistration['batch'],
): PatRegistration {
  const transactions = readBlock(octets).transactions ?? [];
  const leaves = transactions.map((each) => each.getHash());
  const wanted = hashFromPrinted(txid);
  const position = leaves.findIndex((leaf) => equalOctets(leaf, wanted));
  const transaction = transactions[position];
  const coinbase = transactions[0];
  if (!transaction || !coinbase)
    throw new MdtError('MDT_NOT_FOUND', 'the transaction is not in the block', { field: 'txid' });
  const vout = opReturnIndex(transaction.outs.map(({ script }) => script));
  return {
    ...signed,
    ...(batch && { batch }),
    locator: buildLocator(network, { txid, vout, blockHash: hash, height, txIndex: position, confirmations }),
    proof: {
      transaction: bytesToHex(transaction.toBuffer()),
      prevout_value: 0,
      vout,
      header: bytesToHex(octets.subarray(0, HEADER_OCTETS)),
      merkle_branch: merkleBranch(leaves, position).map(bytesToHex),
      position,
      coinbase: stripWitness(coinbase.toBuffer(), 'coinbase'),
      coinbase_branch: merkleBranch(leaves, 0).map(bytesToHex),
      following_headers: [],
    },
  };
}

function readBlock(octets: Uint8Array): Block {
  try {
    return Block.fromBuffer(octets);
  } catch (cause) {
    throw new MdtError('MDT_MALFORMED_TX', 'not a block', { field: 'block', cause });
  }
}
