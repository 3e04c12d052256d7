/** What a target shows of its log and its canary at one moment: checkpoint, tiles, roots, STATUSes, over HTTP and gRPC. */
import type {
  GetActivityRootResponse,
  GetCheckpointResponse,
} from '../../../reference/gen/proto/milagro/trust/v1/log.ts';
import type {
  GetConsistencyProofResponse,
  GetInclusionProofResponse,
  ListEntriesResponse,
} from '../../../reference/gen/proto/milagro/trust/v1/log.ts';
import type { GetStatusResponse } from '../../../reference/gen/proto/milagro/trust/v1/status.ts';
import type { GrpcClient, GrpcResult } from '../grpc-client.ts';
import { answeredJson, type HttpResult } from '../http-client.ts';
import type { Subject } from '../subject.ts';
import { beyondOf, consistenciesOf, inclusionsOf, listsOf, tilesOf } from './log-questions.ts';
import { RECORD } from '../well-known.ts';
import { GRACE } from './timing.ts';

/** A log that claims to be larger than what the kit had entered many times over is not read to its end. */
const MOST_ENTRIES = 4_096;
const MOST_DOCUMENTS = 512;
/** Of so many sizes that roots have, the newest, tiles of their own are asked for. */
const MOST_SIZES = 12;
/** A number that no STATUS has, and one that is not written as numbers are. */
const STATUS_BEYOND = ['999999', '00'];
/** What MDT-LOG-021 leaves after the end of a period. */
const ROOT_MS = 15_000;

export interface LogLook {
  /** Before the first and after the last request, by Date.now(). */
  readonly from: number;
  readonly until: number;
  /** Height of the tip of its chain at these two times. */
  readonly tipBefore: number;
  readonly tipAfter: number;
  readonly record: HttpResult;
  /** Asked for after that by gRPC, and that after `earlierCheckpoint`: so of the three none may be smaller than the one before. */
  readonly checkpoint: HttpResult;
  readonly earlierCheckpoint: HttpResult;
  readonly grpcCheckpoint: GrpcResult<GetCheckpointResponse>;
  /** Tiles and bundles of the tree of that checkpoint, by path below the log. */
  readonly tiles: Readonly<Record<string, HttpResult>>;
  /** Those of the trees of roots that the tree of the checkpoint does not have: partial ones of another width. */
  readonly rootTiles: Readonly<Record<string, HttpResult>>;
  /** What cannot be there, by path below the log, and below the canary. */
  readonly beyond: Readonly<Record<string, HttpResult>>;
  readonly statusBeyond: Readonly<Record<string, HttpResult>>;
  /** ListEntries by start and limit. */
  readonly lists: readonly { start: number; limit: number; result: GrpcResult<ListEntriesResponse> }[];
  readonly inclusions: readonly { index: number; size: number; result: GrpcResult<GetInclusionProofResponse> }[];
  readonly consistencies: readonly {
    first: number;
    second: number;
    result: GrpcResult<GetConsistencyProofResponse>;
  }[];
  /** What is asked of a tree, and is beyond it, by the call and what is wrong. */
  readonly outside: Readonly<Record<string, GrpcResult<unknown>>>;
  readonly roots: Series<GetActivityRootResponse>;
  readonly statuses: Series<GetStatusResponse>;
}

/** Documents with a number: the newest, and each up to it. */
export interface Series<G> {
  /** Asked for before `grpcNewest`, and that before `newest`. */
  readonly earlier: HttpResult;
  readonly newest: HttpResult;
  readonly grpcNewest: GrpcResult<G>;
  readonly each: readonly HttpResult[];
  /** Of each number in `each`. */
  readonly grpcEach: readonly { seq: number; result: GrpcResult<G> }[];
}

/** Paths on the target's own host. Absent where the record names none there. */
export interface LogPlaces {
  readonly log?: string;
  readonly status?: string;
}

/** Where the record in force says that log and canary are. */
export async function placesOf(subject: Subject): Promise<LogPlaces> {
  const hosted = answeredJson(await subject.http(RECORD)) as
    { birth_record?: { services?: { activity_log?: unknown; status?: unknown } } } | undefined;
  const { issuer } = subject.configuration.public;
  const pathOf = (url: unknown): string | undefined =>
    typeof url === 'string' && url.startsWith(`${issuer}/`) ? url.slice(issuer.length).replace(/\/+$/, '') : undefined;
  const { activity_log, status } = hosted?.birth_record?.services ?? {};
  const [log, canary] = [pathOf(activity_log), pathOf(status)];
  return { ...(log !== undefined && { log }), ...(canary !== undefined && { status: canary }) };
}

/** Looks at all of it; what the record names no place for is asked for nowhere. */
export async function lookAtLog(subject: Subject, { log = '', status = '' }: LogPlaces): Promise<LogLook> {
  const grpc = subject.grpc();
  try {
    const tipBefore = await subject.tipHeight();
    const from = Date.now();
    const record = await subject.http(RECORD);
    const earlierCheckpoint = await subject.http(`${log}/checkpoint`);
    const grpcCheckpoint = await grpc.getCheckpoint();
    const checkpoint = await subject.http(`${log}/checkpoint`);
    const size = Math.min(MOST_ENTRIES, sizeIn(checkpoint) ?? 0);
    const [tiles, beyond] = await Promise.all([
      fetchAll(subject, log, tilesOf(size)),
      fetchAll(subject, log, beyondOf(size)),
    ]);
    const lists = await Promise.all(
      listsOf(size).map(async ([start, limit]) => ({ start, limit, result: await grpc.listEntries(start, limit) })),
    );
    const inclusions = await Promise.all(
      inclusionsOf(size).map(async ([index, of]) => {
        const result = await grpc.getInclusionProof(index, of);
        return { index, size: of, result };
      }),
    );
    const consistencies = await Promise.all(
      consistenciesOf(size).map(async ([first, second]) => {
        const result = await grpc.getConsistencyProof(first, second);
        return { first, second, result };
      }),
    );
    const outside = await askOutside(grpc, size);
    const roots = await seriesOf(subject, `${log}/root`, 'activity_root', async (seq) => grpc.getActivityRoot(seq));
    const rootTiles = await fetchAll(subject, log, tilesOfRoots(roots.each, size));
    const statuses = await seriesOf(subject, status, 'status', async (seq) => grpc.getStatus(seq));
    const statusBeyond = await fetchAll(subject, status, STATUS_BEYOND);
    return {
      ...{ from, tipBefore, record, earlierCheckpoint, checkpoint, grpcCheckpoint, tiles, rootTiles, beyond },
      ...{ lists, inclusions, consistencies, outside, roots, statuses, statusBeyond },
      until: Date.now(),
      tipAfter: await subject.tipHeight(),
    };
  } finally {
    grpc.close();
  }
}

/** Waits for the root of the period in which `time` lies, by Date.now(), for as long as the target may take. */
export async function rootAfter(
  subject: Subject,
  { log = '' }: LogPlaces,
  periodMs: number,
  time: number = Date.now(),
): Promise<void> {
  if (log === '') return; // it keeps none

  const end = (Math.floor(time / periodMs) + 1) * periodMs;
  const until = end + Math.max(periodMs, ROOT_MS) * GRACE;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(100, Math.min(end - Date.now(), periodMs))));
    const newest = await subject.http(`${log}/root`);
    if (Date.now() > until || (seqIn(newest, 'activity_root') !== undefined && endsAfter(newest, end))) return;
    if ('failed' in newest) return;
  }
}

function endsAfter(result: HttpResult, end: number): boolean {
  if ('failed' in result) return false;
  const found = /"period_end":"([^"]+)"/.exec(result.body.toString('utf8'))?.[1];
  return found !== undefined && Date.parse(found) >= end;
}

/** Far beyond whatever is entered meanwhile. */
async function askOutside(grpc: GrpcClient, size: number): Promise<Record<string, GrpcResult<unknown>>> {
  const far = size + 1_000_000;
  const questions: Record<string, () => Promise<GrpcResult<unknown>>> = {
    'ListEntries, start': () => grpc.listEntries(far, 1),
    'GetInclusionProof, tree_size': () => grpc.getInclusionProof(0, far),
    'GetInclusionProof, index': () => grpc.getInclusionProof(size, size),
    'GetConsistencyProof, second_size': () => grpc.getConsistencyProof(size, far),
    'GetConsistencyProof, first_size': () => grpc.getConsistencyProof(size + 1, size),
    'GetActivityRoot, seq': () => grpc.getActivityRoot(far),
    'GetStatus, seq': () => grpc.getStatus(far),
  };
  const asked = Object.entries(questions).map(async ([what, ask]) => [what, await ask()] as const);
  return Object.fromEntries(await Promise.all(asked));
}

/** `seq` of the document in an envelope. */
export function seqIn(result: HttpResult, member: 'activity_root' | 'status'): number | undefined {
  const envelope = answeredJson(result) as Partial<Record<string, { seq?: unknown }>> | undefined;
  const seq = envelope?.[member]?.seq;
  return typeof seq === 'number' && Number.isSafeInteger(seq) ? seq : undefined;
}

async function seriesOf<G>(
  subject: Subject,
  path: string,
  member: 'activity_root' | 'status',
  call: (seq?: number) => Promise<GrpcResult<G>>,
): Promise<Series<G>> {
  const earlier = await subject.http(path);
  const grpcNewest = await call();
  const newest = await subject.http(path);
  const last = Math.min(MOST_DOCUMENTS, seqIn(newest, member) ?? -1);
  const each = await Promise.all(
    Array.from({ length: last + 1 }, async (_, seq) => subject.http(`${path}/${String(seq)}`)),
  );
  const grpcEach = await Promise.all(
    Array.from({ length: last + 1 }, async (_, seq) => ({ seq, result: await call(seq) })),
  );
  return { earlier, newest, grpcNewest, each, grpcEach };
}

async function fetchAll(subject: Subject, log: string, paths: readonly string[]): Promise<Record<string, HttpResult>> {
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, await subject.http(`${log}/${path}`)] as const)),
  );
}

/** Line 2 of a checkpoint, whatever else is wrong with it. */
export function sizeIn(result: HttpResult): number | undefined {
  if ('failed' in result || result.status !== 200) return undefined;
  const [, line = ''] = result.body.toString('utf8').split('\n');
  return /^[0-9]{1,9}$/.test(line) ? Number(line) : undefined;
}

function tilesOfRoots(roots: readonly HttpResult[], size: number): string[] {
  const sizes = new Set(roots.map(treeSizeIn).filter((each) => each !== undefined && each <= size));
  const paths = [...sizes].slice(-MOST_SIZES).flatMap((each) => tilesOf(each ?? 0));
  return [...new Set(paths)].filter((path) => !tilesOf(size).includes(path));
}

function treeSizeIn(root: HttpResult): number | undefined {
  const { activity_root: document } = (answeredJson(root) ?? {}) as { activity_root?: { tree_size?: unknown } };
  const size = document?.tree_size;
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}
