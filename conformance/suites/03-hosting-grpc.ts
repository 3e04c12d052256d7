/** Chapter 3.2, Hosting, over gRPC: the same documents, health, reflection and errors. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { canonicalOctets } from '../oracle/digest.ts';
import { given } from './grpc-view.ts';
import { anchorByGrpc, lineageByGrpc, recordByGrpc } from './shown-view.ts';
import { lookedAt } from '../world/wire-log.ts';
import { bodyOf } from './hosted-view.ts';

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
      { quote: 'the documents of the hosted record as canonical octets, with its digests and signatures', scenes },
      ({ seen }) => recordByGrpc(seen.birth.hosted?.grpcRecord, seen.birth.hosted?.record),
    ),
    check(
      'MDT-HST-011',
      'anchor',
      'GetAnchorProof answers what the hosted record carries',
      { quote: 'MUST answer what the hosted record carries', scenes },
      ({ seen }) => anchorByGrpc(seen.birth.hosted?.grpcAnchor, seen.birth.hosted?.record),
    ),
    check(
      'MDT-HST-011',
      'lineage',
      'GetLineageProof answers what the hosted record carries',
      { quote: '`GetAnchorProof` and `GetLineageProof`', scenes },
      ({ seen }) => lineageByGrpc(seen.birth.hosted?.grpcLineage, seen.birth.hosted?.record),
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
        const answer = seen.birth.unready?.grpcRecord;
        lookedAt(answer);
        if (!answer) throw new Untestable('it never listened (MDT-TGT-001)');
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
