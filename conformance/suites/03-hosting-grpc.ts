/** Chapter 3.2, Hosting, over gRPC: the same documents, health, reflection and errors. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, present, Untestable } from '../kit/expect.ts';
import { canonicalOctets } from '../oracle/digest.ts';
import type { GrpcResult } from '../world/grpc-client.ts';
import { bodyOf, hostedOf } from './hosted-view.ts';

const scenes = ['birth'] as const;
/** Numbers of gRPC: the status UNAVAILABLE, and the health SERVING and NOT_SERVING. */
const GRPC_UNAVAILABLE = 14;
const SERVING = 1;
const NOT_SERVING = 2;

export const hostingByGrpc: Suite = {
  chapter: '03-birth-record-and-hosting',
  checks: [
    check(
      'MDT-HST-010',
      'record',
      'GetBirthRecord answers the hosted record',
      { quote: 'the canonical octets, digest and signature of the hosted record', scenes },
      ({ seen }) => {
        const hosted = hostedOf(seen.birth);
        const answer = given(seen.birth.hosted?.grpcRecord, 'GetBirthRecord');
        equal(Buffer.from(answer.birthRecord).toString('utf8'), hosted.octets.toString('utf8'), 'birth_record');
        equal(Buffer.from(answer.sha256).toString('hex'), hosted.envelope.sha256, 'sha256');
        equal(Buffer.from(answer.signature).toString('hex'), hosted.envelope.signature, 'signature');
      },
    ),
    check(
      'MDT-HST-011',
      'anchor',
      'GetAnchorProof answers what the hosted record carries',
      { quote: 'MUST answer what the hosted record carries', scenes },
      ({ seen }) => {
        const hosted = hostedOf(seen.birth);
        const { locator, proof } = given(seen.birth.hosted?.grpcAnchor, 'GetAnchorProof');
        equal(printed(locator?.txid), hosted.locator.txid, 'locator.txid');
        equal(printed(locator?.blockHash), hosted.locator.block_hash, 'locator.block_hash');
        equal(
          [locator?.vout, locator?.height, locator?.txIndex],
          [hosted.locator.vout, hosted.locator.height, hosted.locator.tx_index],
          'vout, height and tx_index',
        );
        equal(printed(proof?.transaction), hosted.proof.transaction, 'proof.transaction');
        equal(proof?.prevoutValue, BigInt(hosted.proof.prevout_value ?? -1), 'proof.prevout_value');
        equal(
          [printed(proof?.header), printed(proof?.coinbase), proof?.position],
          [hosted.proof.header, hosted.proof.coinbase, hosted.proof.position],
          'header, coinbase and position',
        );
        for (const [name, list] of Object.entries({
          merkle_branch: proof?.merkleBranch,
          coinbase_branch: proof?.coinbaseBranch,
          following_headers: proof?.followingHeaders,
        })) {
          equal(list?.map(printed), hosted.proof[name as 'merkle_branch'], `proof.${name}`);
        }
      },
    ),
    check(
      'MDT-HST-011',
      'lineage',
      'GetLineageProof answers what the hosted record carries',
      { quote: '`GetAnchorProof` and `GetLineageProof`', scenes },
      ({ seen }) => {
        const hosted = hostedOf(seen.birth).envelope.lineage;
        const { lineage } = given(seen.birth.hosted?.grpcLineage, 'GetLineageProof');
        equal(lineage?.transactions.map(printed), hosted?.transactions, 'lineage.transactions');
        equal(
          lineage?.proofs.map(({ link, locator }) => [link, printed(locator?.txid)]),
          hosted?.proofs?.map(({ link, locator }) => [link, locator?.txid]),
          'lineage.proofs',
        );
      },
    ),
    check(
      'MDT-HST-012',
      'metadata',
      'GetMetadata answers the canonical metadata',
      { quote: 'MUST answer the canonical octets of the metadata document', scenes },
      ({ seen }) => {
        const metadata = bodyOf(seen.birth.hosted?.metadata, 'the metadata (MDT-HST-007)');
        const answer = given(seen.birth.hosted?.grpcMetadata, 'GetMetadata');
        equal(Buffer.from(answer.metadata).toString('utf8'), canonicalOctets(metadata).toString('utf8'), 'metadata');
      },
    ),
    check(
      'MDT-HST-013',
      'serving',
      'health is SERVING once ready',
      { quote: '`SERVING` for the empty service name once ready', scenes },
      ({ seen }) => {
        equal(given(seen.birth.hosted?.health, 'Health/Check'), SERVING, 'the health after ready');
      },
    ),
    check(
      'MDT-HST-013',
      'not-serving',
      'health is NOT_SERVING before',
      { quote: '`NOT_SERVING` before', scenes, negative: true },
      ({ seen }) => {
        equal(given(seen.birth.unready?.health, 'Health/Check'), NOT_SERVING, 'the health before ready');
      },
    ),
    check(
      'MDT-HST-014',
      'reflection',
      'reflection lists the identity service',
      { quote: 'SHOULD serve `grpc.reflection.v1.ServerReflection`', scenes },
      ({ seen }) => {
        const services = given(seen.birth.hosted?.reflected, 'ServerReflectionInfo');
        holds(services.includes('milagro.trust.v1.IdentityService'), 'reflection does not list the identity service', {
          expected: 'milagro.trust.v1.IdentityService',
          got: services,
        });
      },
    ),
    check(
      'MDT-HST-015',
      'error-info',
      'a gRPC error carries ErrorInfo',
      { quote: 'MUST carry `google.rpc.ErrorInfo` in its status details', scenes, negative: true },
      ({ seen }) => {
        const answer = present(seen.birth.unready, 'an answer before ready').grpcRecord;
        if ('value' in answer) {
          holds(false, 'GetBirthRecord answered before the BIRTH was deep', {
            expected: 'UNAVAILABLE, MDT_NOT_READY',
            got: 'a record',
          });
          return;
        }
        const { code, reason, domain } = answer.failed;
        equal(
          { code, reason, domain },
          { code: GRPC_UNAVAILABLE, reason: 'MDT_NOT_READY', domain: 'milagro.trust' },
          'the gRPC error before ready',
        );
      },
    ),
  ],
};

function given<T>(result: GrpcResult<T> | undefined, call: string): T {
  if (result === undefined) throw new Untestable(`${call} was not reached`);
  if ('failed' in result)
    holds(false, `${call} failed`, {
      expected: 'an answer',
      got: `${String(result.failed.code)} ${result.failed.message}`,
    });
  return (result as { value: T }).value;
}

function printed(octets: Uint8Array | undefined): string {
  return Buffer.from(octets ?? []).toString('hex');
}
