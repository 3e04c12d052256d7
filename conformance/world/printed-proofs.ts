/** Locators and proofs of the protobuf messages as hosted records print them, so that the two can be compared as a whole. */
import type * as proto from '../../reference/gen/proto/milagro/trust/v1/identity.ts';
import type { AnchorProof, LineageProof, Locator } from '../../reference/gen/schemas.ts';

function printed(octets: Uint8Array | undefined): string {
  return Buffer.from(octets ?? []).toString('hex');
}

/** Proto3 has no member that is not there: an empty txref is none. */
export function printedLocator(locator: proto.Locator | undefined): Locator {
  const { txid, vout = -1, blockHash, height = -1, txIndex = -1, txref = '' } = locator ?? {};
  return {
    txid: printed(txid),
    vout,
    block_hash: printed(blockHash),
    height,
    tx_index: txIndex,
    ...(txref !== '' && { txref }),
  };
}

export function printedProof(proof: proto.AnchorProof | undefined): AnchorProof {
  return {
    transaction: printed(proof?.transaction),
    prevout_value: Number(proof?.prevoutValue ?? -1),
    vout: proof?.vout ?? -1,
    header: printed(proof?.header),
    merkle_branch: (proof?.merkleBranch ?? []).map(printed),
    position: proof?.position ?? -1,
    coinbase: printed(proof?.coinbase),
    coinbase_branch: (proof?.coinbaseBranch ?? []).map(printed),
    following_headers: (proof?.followingHeaders ?? []).map(printed),
  };
}

export function printedLineage(lineage: proto.LineageProof | undefined): LineageProof {
  return {
    transactions: (lineage?.transactions ?? []).map(printed) as LineageProof['transactions'],
    proofs: (lineage?.proofs ?? []).map(({ link, locator, proof }) => ({
      link,
      locator: printedLocator(locator),
      proof: printedProof(proof),
    })) as LineageProof['proofs'],
  };
}
