/** Everything that a target hosts, fetched over HTTP and gRPC as it is. */
import type {
  GetAnchorProofResponse,
  GetBirthRecordResponse,
  GetLineageProofResponse,
  GetMetadataResponse,
} from '../../../reference/gen/proto/milagro/trust/v1/identity.ts';
import type { GrpcResult } from '../grpc-client.ts';
import type { HeadAnswer, HttpFailure, HttpResult } from '../http-client.ts';
import type { Target } from '../../kit/manifest.ts';
import type { Visitor } from '../visitor.ts';
import type { World } from '../world.ts';
import { OPENID_METADATA, RECORD } from '../well-known.ts';

const METADATA = '/.well-known/milagro-dta';
const WRITING = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** What a method that writes was answered, and GET of the same resource. */
export interface WriteSeen {
  answer: HttpResult;
  get: HttpResult;
}

/** HEAD, and the GET that it has to be like. */
export interface HeadSeen {
  head: HeadAnswer | HttpFailure;
  get: HttpResult;
}

export interface UnreadySeen {
  record: HttpResult;
  head: HeadAnswer | HttpFailure;
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
  /** Asked with the entity tag of `record` as a weak one, and with `*`. */
  weakTag: HttpResult | undefined;
  anyTag: HttpResult;
  metadata: HttpResult;
  /** HEAD of the record, of its gzip form and of the metadata. */
  heads: Readonly<Record<string, HeadSeen>>;
  /** Answers for what is not there, by path; and to methods that write, by method and path. */
  missing: Readonly<Record<string, HttpResult>>;
  written: Readonly<Record<string, WriteSeen>>;
  grpcRecord: GrpcResult<GetBirthRecordResponse>;
  grpcAnchor: GrpcResult<GetAnchorProofResponse>;
  grpcLineage: GrpcResult<GetLineageProofResponse>;
  grpcMetadata: GrpcResult<GetMetadataResponse>;
  health: GrpcResult<number>;
  reflected: GrpcResult<string[]>;
}

export async function fetchUnready(subject: Visitor): Promise<UnreadySeen> {
  const grpc = subject.grpc();
  try {
    const [record, head, grpcRecord, health] = await Promise.all([
      subject.http(RECORD),
      subject.head(RECORD),
      grpc.getBirthRecord(),
      grpc.health(),
    ]);
    lookInto(subject, { grpcRecord, health });
    return { record, head, grpcRecord, health };
  } finally {
    grpc.close();
  }
}

/** Where an entity of this role has its metadata; a relay has none. */
export function metadataOf({ manifest }: Target): string | undefined {
  return ({ dta: METADATA, idp: OPENID_METADATA } as Partial<Record<string, string>>)[manifest.role];
}

/** None of these may be there: one of nobody, the metadata of another role, and one below the record. */
function missingAt(metadata: string | undefined): string[] {
  const another = metadata === OPENID_METADATA ? METADATA : OPENID_METADATA;
  return ['/.well-known/milagro-no-such-resource', another, `${RECORD}/x`];
}

export async function fetchHosted(world: World, subject: Visitor): Promise<HostedSeen> {
  const unknownTag = `"${world.random.hex('an entity tag nobody gave out', 16)}"`;
  const metadataAt = metadataOf(world.target);
  return fetchAll(subject, { unknownTag, tip: () => world.index.tipHeight(), writes: true, metadataAt });
}

export interface Fetching {
  /** An entity tag that was never given out. */
  readonly unknownTag: string;
  /** The height of the chain, for whoever can tell it. */
  tip?(): Promise<number>;
  /** Where its metadata are, where its role has some. */
  readonly metadataAt: string | undefined;
  /** Whether methods that write are tried, which nobody does to a service that is not his own. */
  readonly writes: boolean;
}

/** With neither `tip` nor `writes` their members are left out. */
export async function fetchAll(
  subject: Visitor,
  fetching: Fetching & { tip: object; writes: true },
): Promise<HostedSeen>;
export async function fetchAll(subject: Visitor, fetching: Fetching): Promise<Partial<HostedSeen>>;
export async function fetchAll(
  subject: Visitor,
  { unknownTag, tip, writes, metadataAt }: Fetching,
): Promise<Partial<HostedSeen>> {
  const isResource = metadataAt === METADATA; // those of an IdP are OpenID's, which says itself how they are served
  const grpc = subject.grpc();
  try {
    const tipBefore = await tip?.();
    const [record, grpcRecord, grpcAnchor, grpcLineage, grpcMetadata, metadata] = await Promise.all([
      subject.http(RECORD),
      grpc.getBirthRecord(),
      grpc.getAnchorProof(),
      grpc.getLineageProof(),
      grpc.getMetadata(),
      subject.http(metadataAt ?? METADATA),
    ]);
    const tipAfter = await tip?.();
    const gzip = await subject.http(RECORD, { headers: { 'accept-encoding': 'gzip' } });
    const ask = (tag: string): Promise<HttpResult> => subject.http(RECORD, { headers: { 'if-none-match': tag } });
    const [
      [notModified, notModifiedGzip, weakTag],
      [otherTag, anyTag],
      [heads, missing, written],
      [health, reflected],
    ] = await Promise.all([
      Promise.all([
        askAgain(subject, record, (tag) => `"x", ${tag}`),
        askAgain(subject, gzip, (tag) => `"x", ${tag}`, { 'accept-encoding': 'gzip' }),
        askAgain(subject, record, (tag) => `W/${tag}`),
      ]),
      Promise.all([ask(unknownTag), ask('*')]),
      Promise.all([
        fetchHeads(subject, { record, gzip, ...(isResource && { metadata }) }),
        fetchMissing(subject, missingAt(metadataAt)),
        writes ? write(subject, { record, ...(isResource && { metadata }) }) : undefined,
      ]),
      Promise.all([grpc.health(), grpc.reflectedServices()]),
    ]);
    lookInto(subject, { grpcRecord, grpcAnchor, grpcLineage, grpcMetadata, reflected });
    return {
      ...(tipBefore !== undefined && tipAfter !== undefined && { tipBefore, tipAfter }),
      ...{ record, gzip, metadata, heads, missing, ...(written && { written }) },
      ...{ notModified, notModifiedGzip, otherTag, weakTag, anyTag },
      ...{ grpcRecord, grpcAnchor, grpcLineage, grpcMetadata, health, reflected },
    };
  } finally {
    grpc.close();
  }
}

/** Looks for secrets in what calls answered, in the text of an error too. */
function lookInto(subject: Visitor, answers: Record<string, GrpcResult<unknown>>): void {
  for (const [call, answer] of Object.entries(answers)) subject.secrets.look(`answer of ${call}`, octetsIn(answer));
}

function askAgain(
  subject: Visitor,
  first: HttpResult,
  spell: (tag: string) => string,
  headers: Record<string, string> = {},
): Promise<HttpResult> | undefined {
  const tag = 'failed' in first ? undefined : first.headers.etag;
  return tag === undefined ? undefined : subject.http(RECORD, { headers: { ...headers, 'if-none-match': spell(tag) } });
}

async function fetchHeads(
  subject: Visitor,
  { record, gzip, metadata }: Pick<HostedSeen, 'record' | 'gzip'> & Partial<Pick<HostedSeen, 'metadata'>>,
): Promise<HostedSeen['heads']> {
  const [ofRecord, ofGzip, ofMetadata] = await Promise.all([
    subject.head(RECORD),
    subject.head(RECORD, { 'accept-encoding': 'gzip' }),
    metadata && subject.head(METADATA),
  ]);
  return {
    'the record': { head: ofRecord, get: record },
    'the record in gzip': { head: ofGzip, get: gzip },
    ...(ofMetadata && metadata && { 'the metadata': { head: ofMetadata, get: metadata } }),
  };
}

async function fetchMissing(subject: Visitor, paths: readonly string[]): Promise<HostedSeen['missing']> {
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await subject.http(path)] as const)));
}

async function write(
  subject: Visitor,
  { record, metadata }: Pick<HostedSeen, 'record'> & Partial<Pick<HostedSeen, 'metadata'>>,
): Promise<HostedSeen['written']> {
  const asked = [
    ...WRITING.map((method) => ({ method, path: RECORD, get: record })),
    ...(metadata ? [{ method: 'POST', path: METADATA, get: metadata }] : []),
  ];
  return Object.fromEntries(
    await Promise.all(
      asked.map(async ({ method, path, get }) => {
        const answer = await subject.http(path, { method });
        return [`${method} ${path}`, { answer, get }] as const;
      }),
    ),
  );
}

/** Every octet and character of a decoded message, for the search for secrets. */
function octetsIn(value: unknown): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (typeof value === 'string') return Buffer.from(value);
  if (value !== null && typeof value === 'object') return Buffer.concat(Object.values(value).map(octetsIn));
  return Buffer.alloc(0);
}
