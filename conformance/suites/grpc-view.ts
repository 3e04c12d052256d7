/** What a target answers by gRPC, printed as its hosted record prints it, so that the two can be compared as a whole. */
import type * as proto from '../../reference/gen/proto/milagro/trust/v1/identity.ts';
import type { AnchorProof, LineageProof, Locator } from '../../reference/gen/schemas.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import type { GrpcResult } from '../world/grpc-client.ts';
import { lookedAt } from '../world/wire-log.ts';

/** What a call answered. */
export function given<T>(result: GrpcResult<T> | undefined, call: string): T {
  lookedAt(result);
  if (result === undefined) throw new Untestable(`${call} was not reached`);
  if ('failed' in result)
    holds(false, `${call} failed`, {
      expected: 'an answer',
      got: `${String(result.failed.code)} ${result.failed.message}`,
    });
  return (result as { value: T }).value;
}

/** A call failed with this number of gRPC, and this reason in its ErrorInfo. */
export function isRefused(
  result: GrpcResult<unknown> | undefined,
  call: string,
  expected: { readonly code: number; readonly reason: string },
): void {
  lookedAt(result);
  if (result === undefined) throw new Untestable(`${call} was not reached`);
  const got = 'failed' in result ? { code: result.failed.code, reason: result.failed.reason } : 'an answer';
  equal(got, expected, `how ${call} is refused`);
}

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

/** Holds each member of `expected` against that of `got`, so that the one at fault is named; and that there is no other. */
export function sameMembers(got: object, expected: object | undefined, what: string): void {
  const [ours, theirs] = [got, expected ?? {}] as Record<string, unknown>[];
  for (const name of new Set([...Object.keys(theirs ?? {}), ...Object.keys(ours ?? {})]))
    equal(ours?.[name], theirs?.[name], `${what}.${name}`, `/${name}`);
}
