/** Locators and proofs of a relay's answers, as JSON has them. A form that is none is found when they are verified. */
import type * as proto from '../gen/proto/milagro/trust/v1/identity.ts';
import type { AnchorProof, Locator } from '../gen/schemas.ts';

export function locatorFrom({ txid, vout, blockHash, height, txIndex, txref }: proto.Locator): Locator {
  const locator = { txid: hex(txid), vout, block_hash: hex(blockHash), height, tx_index: txIndex };
  return txref === '' ? locator : { ...locator, txref };
}

export function proofFrom(proof: proto.AnchorProof): AnchorProof {
  return {
    transaction: hex(proof.transaction),
    prevout_value: Number(proof.prevoutValue),
    vout: proof.vout,
    header: hex(proof.header),
    merkle_branch: proof.merkleBranch.map(hex),
    position: proof.position,
    coinbase: hex(proof.coinbase),
    coinbase_branch: proof.coinbaseBranch.map(hex),
    following_headers: proof.followingHeaders.map(hex),
  };
}

function hex(octets: Buffer): string {
  return octets.toString('hex');
}
