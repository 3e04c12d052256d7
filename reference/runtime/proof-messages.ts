/** Locators and proofs as protobuf has them. Hashes stand in the order in which JSON and RPC print them. */
import type * as proto from '../gen/proto/milagro/trust/v1/identity.ts';
import type { AnchorProof, LineageProof, Locator } from '../gen/schemas.ts';

export function locatorMessage({ txid, vout, block_hash, height, tx_index, txref }: Locator): proto.Locator {
  return { txid: octets(txid), vout, blockHash: octets(block_hash), height, txIndex: tx_index, txref: txref ?? '' };
}

export function proofMessage(proof: AnchorProof): proto.AnchorProof {
  return {
    transaction: octets(proof.transaction),
    prevoutValue: BigInt(proof.prevout_value),
    vout: proof.vout,
    header: octets(proof.header),
    merkleBranch: proof.merkle_branch.map(octets),
    position: proof.position,
    coinbase: octets(proof.coinbase),
    coinbaseBranch: proof.coinbase_branch.map(octets),
    followingHeaders: proof.following_headers.map(octets),
  };
}

export function lineageMessage({ transactions, proofs }: LineageProof): proto.LineageProof {
  return {
    transactions: transactions.map(octets),
    proofs: proofs.map(({ link, locator, proof }) => ({
      link,
      locator: locatorMessage(locator),
      proof: proofMessage(proof),
    })),
  };
}

function octets(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}
