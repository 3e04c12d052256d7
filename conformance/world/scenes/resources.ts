/** What a target shows of itself at one moment, and how high its chain was just before and just after. */
import type {
  GetAnchorProofResponse,
  GetBirthRecordResponse,
  GetLineageProofResponse,
} from '../../../reference/gen/proto/milagro/trust/v1/identity.ts';
import type { GrpcResult } from '../grpc-client.ts';
import { answeredJson, type HttpAnswer, type HttpResult } from '../http-client.ts';
import type { Subject } from '../subject.ts';
import { OPENID_METADATA, RECORD } from '../well-known.ts';
import type { World } from '../world.ts';
import { pathAt } from './openid-stage.ts';

const METADATA = '/.well-known/milagro-dta';

export interface Shown {
  readonly tipBefore: number;
  readonly tipAfter: number;
  readonly record: HttpResult;
  readonly metadata: HttpResult;
  readonly grpcRecord: GrpcResult<GetBirthRecordResponse>;
  readonly grpcAnchor: GrpcResult<GetAnchorProofResponse>;
  readonly grpcLineage: GrpcResult<GetLineageProofResponse>;
  /** Of an IdP. */
  readonly openid?: OpenidShown;
}

/** What an IdP says of itself, and the keys of its tokens. */
export interface OpenidShown {
  readonly metadata: HttpResult;
  readonly jwks: HttpResult;
}

export async function look(world: World, subject: Subject): Promise<Shown> {
  const grpc = subject.grpc();
  try {
    const tipBefore = await world.index.tipHeight();
    const [record, metadata, grpcRecord, grpcAnchor, grpcLineage] = await Promise.all([
      subject.http(RECORD),
      subject.http(METADATA),
      grpc.getBirthRecord(),
      grpc.getAnchorProof(),
      grpc.getLineageProof(),
    ]);
    return {
      tipBefore,
      tipAfter: await world.index.tipHeight(),
      record,
      metadata,
      grpcRecord,
      grpcAnchor,
      grpcLineage,
      ...(subject.configuration.role === 'idp' && { openid: await lookAtOpenid(subject) }),
    };
  } finally {
    grpc.close();
  }
}

async function lookAtOpenid(subject: Subject): Promise<OpenidShown> {
  const metadata = await subject.http(OPENID_METADATA);
  const { jwks_uri: uri } = (answeredJson(metadata) ?? {}) as { jwks_uri?: unknown };
  const path = pathAt(subject, uri);
  const jwks = path === undefined ? { failed: 'the metadata name no place for it at the issuer' } : subject.http(path);
  return { metadata, jwks: await jwks };
}

/** Asks for the record until `wanted` holds of the answer, or the time is over; gives the last answer. */
export async function recordOnce(
  subject: Subject,
  timeoutMs: number,
  wanted: (answer: HttpAnswer) => boolean,
): Promise<HttpResult> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const result = await subject.http(RECORD);
    if ((!('failed' in result) && wanted(result)) || performance.now() > deadline) return result;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
