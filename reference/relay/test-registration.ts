/** For tests: what a PAT makes of an answer of a relay. */
import type * as identity from '../gen/proto/milagro/trust/v1/identity.ts';
import type { GetRegistrationResponse } from '../gen/proto/milagro/trust/v1/relay.ts';
import type { AnchorProof, Locator, PatRegistration, PatSignedStatement } from '../gen/schemas.ts';

export { REGTEST_CHECKPOINT } from '../core/fixtures/grown-lineage.ts';

const hex = (octets: Buffer): string => octets.toString('hex');

/** The registration that a PAT keeps (spec 10.3). */
export function registrationOf(signed: PatSignedStatement, shown: GetRegistrationResponse): PatRegistration {
  const { locator, proof, mode, index, path } = shown;
  if (!locator || !proof) throw new Error('not confirmed');
  return {
    ...{ statement: signed.statement, signature: signed.signature },
    ...(mode === 2 && { batch: { index, path: path.map(hex) } }),
    ...{ locator: locatorOf(locator), proof: proofOf(proof) },
  };
}

export function locatorOf({ txid, vout, blockHash, height, txIndex, txref }: identity.Locator): Locator {
  const locator = { txid: hex(txid), vout, block_hash: hex(blockHash), height, tx_index: txIndex };
  return txref === '' ? locator : { ...locator, txref };
}

export function proofOf(proof: identity.AnchorProof): AnchorProof {
  return {
    ...{ transaction: hex(proof.transaction), prevout_value: Number(proof.prevoutValue), vout: proof.vout },
    ...{ header: hex(proof.header), merkle_branch: proof.merkleBranch.map(hex), position: proof.position },
    ...{ coinbase: hex(proof.coinbase), coinbase_branch: proof.coinbaseBranch.map(hex) },
    following_headers: proof.followingHeaders.map(hex),
  };
}
