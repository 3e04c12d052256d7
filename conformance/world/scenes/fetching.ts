/** Everything that a target hosts, fetched over HTTP and gRPC as it is. */
import type {
  GetAnchorProofResponse,
  GetBirthRecordResponse,
  GetLineageProofResponse,
  GetMetadataResponse,
} from '../../../reference/gen/proto/milagro/trust/v1/identity.ts';
import type { GrpcResult } from '../grpc-client.ts';
import type { HttpResult } from '../http-client.ts';
import type { Subject } from '../subject.ts';
import type { World } from '../world.ts';

const RECORD = '/.well-known/milagro-birth-record';
const METADATA = '/.well-known/milagro-dta';

export interface UnreadySeen {
  record: HttpResult;
  grpcRecord: GrpcResult<GetBirthRecordResponse>;
  health: GrpcResult<number>;
}

export interface HostedSeen {
  /** Height of the tip just before and just after everything was fetched. */
  tipBefore: number;
  tipAfter: number;
  record: HttpResult;
  gzip: HttpResult;
  /** Asked with the entity tag of `record`, and with that of `gzip` in its coding. */
  notModified: HttpResult | undefined;
  notModifiedGzip: HttpResult | undefined;
  /** Asked with an entity tag that was never given out. */
  otherTag: HttpResult;
  metadata: HttpResult;
  noSuchResource: HttpResult;
  posted: HttpResult;
  grpcRecord: GrpcResult<GetBirthRecordResponse>;
  grpcAnchor: GrpcResult<GetAnchorProofResponse>;
  grpcLineage: GrpcResult<GetLineageProofResponse>;
  grpcMetadata: GrpcResult<GetMetadataResponse>;
  health: GrpcResult<number>;
  reflected: GrpcResult<string[]>;
}

export async function fetchUnready(subject: Subject): Promise<UnreadySeen> {
  const grpc = subject.grpc();
  try {
    const [record, grpcRecord, health] = await Promise.all([
      subject.http(RECORD),
      grpc.getBirthRecord(),
      grpc.health(),
    ]);
    lookInto(subject, { grpcRecord, health });
    return { record, grpcRecord, health };
  } finally {
    grpc.close();
  }
}

export async function fetchHosted(world: World, subject: Subject): Promise<HostedSeen> {
  const grpc = subject.grpc();
  try {
    const tipBefore = await world.index.tipHeight();
    const [record, grpcRecord, grpcAnchor, grpcLineage, grpcMetadata, metadata] = await Promise.all([
      subject.http(RECORD),
      grpc.getBirthRecord(),
      grpc.getAnchorProof(),
      grpc.getLineageProof(),
      grpc.getMetadata(),
      subject.http(METADATA),
    ]);
    const tipAfter = await world.index.tipHeight();
    const gzip = await subject.http(RECORD, { headers: { 'accept-encoding': 'gzip' } });
    const [notModified, notModifiedGzip, otherTag, noSuchResource, posted, health, reflected] = await Promise.all([
      askAgain(subject, record),
      askAgain(subject, gzip, { 'accept-encoding': 'gzip' }),
      subject.http(RECORD, {
        headers: { 'if-none-match': `"${world.random.hex('an entity tag nobody gave out', 16)}"` },
      }),
      subject.http('/.well-known/milagro-no-such-resource'),
      subject.http(RECORD, { method: 'POST' }),
      grpc.health(),
      grpc.reflectedServices(),
    ]);
    lookInto(subject, { grpcRecord, grpcAnchor, grpcLineage, grpcMetadata });
    return {
      ...{
        tipBefore,
        tipAfter,
        record,
        gzip,
        notModified,
        notModifiedGzip,
        otherTag,
        metadata,
        noSuchResource,
        posted,
      },
      ...{ grpcRecord, grpcAnchor, grpcLineage, grpcMetadata, health, reflected },
    };
  } finally {
    grpc.close();
  }
}

/** Looks for secrets in what calls answered, in the text of an error too. */
function lookInto(subject: Subject, answers: Record<string, GrpcResult<unknown>>): void {
  for (const [call, answer] of Object.entries(answers)) subject.secrets.look(`answer of ${call}`, octetsIn(answer));
}

function askAgain(
  subject: Subject,
  first: HttpResult,
  headers: Record<string, string> = {},
): Promise<HttpResult> | undefined {
  const tag = 'failed' in first ? undefined : first.headers.etag;
  return tag === undefined
    ? undefined
    : subject.http(RECORD, { headers: { ...headers, 'if-none-match': `"x", ${tag}` } });
}

/** Every octet and character of a decoded message, for the search for secrets. */
function octetsIn(value: unknown): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (typeof value === 'string') return Buffer.from(value);
  if (value !== null && typeof value === 'object') return Buffer.concat(Object.values(value).map(octetsIn));
  return Buffer.alloc(0);
}
