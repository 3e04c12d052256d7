/** The log and the canary over gRPC: the same that is served over HTTP (MDT-LOG-013 to -016, MDT-LOG-031, MDT-STA-012). */
import { hexToBytes } from '@noble/hashes/utils.js';
import { canonicalOctets } from '../core/canonical.ts';
import { MdtError } from '../core/errors.ts';
import * as proto from '../gen/proto/milagro/trust/v1/log.ts';
import * as status from '../gen/proto/milagro/trust/v1/status.ts';
import { unary, watching, type GrpcService } from '../runtime/grpc-host.ts';
import type { Shown, ShownLog } from './activity.ts';
import { hostedRoot, hostedStatus } from './hosted-documents.ts';

/** An answer holds no more: clients of gRPC take 4 MiB where nothing else is set. */
const MAX_ENTRIES = 1024;
const MAX_LIST_OCTETS = 1024 * 1024;
/** Several entries become durable at once; whoever watches hears of them once, in milliseconds. */
const WATCH_PAUSE_MS = 200;

/** @param current throws MDT_NOT_READY while nothing is shown */
export function logService(current: () => ShownLog, onFault: (error: unknown) => void): GrpcService {
  const calls: proto.LogServiceServer = {
    getCheckpoint: unary(() => ({ checkpoint: Buffer.from(current().log.checkpoint()) }), onFault),
    listEntries: unary((request: proto.ListEntriesRequest) => listEntries(current(), request), onFault),
    getInclusionProof: unary((request: proto.GetInclusionProofRequest) => inclusion(current(), request), onFault),
    getConsistencyProof: unary((request: proto.GetConsistencyProofRequest) => consistency(current(), request), onFault),
    watchCheckpoints: watching<proto.WatchCheckpointsRequest, proto.WatchCheckpointsResponse>(
      async (_, send, ended) => watch(current(), send, ended),
      onFault,
    ),
    getActivityRoot: unary(({ seq }: proto.GetActivityRootRequest) => {
      const { activity_root: root, sha256, signature } = hostedRoot(current().roots, numberOf(seq));
      return { activityRoot: octets(canonicalOctets(root)), ...proofOf(sha256, signature) };
    }, onFault),
  };
  return { definition: proto.LogServiceService, calls };
}

/** As `logService`. */
export function statusService(current: () => Shown, onFault: (error: unknown) => void): GrpcService {
  const calls: status.StatusServiceServer = {
    getStatus: unary(({ seq }: status.GetStatusRequest) => {
      const { status: document, sha256, signature } = hostedStatus(current().canary, numberOf(seq));
      return { status: octets(canonicalOctets(document)), ...proofOf(sha256, signature) };
    }, onFault),
  };
  return { definition: status.StatusServiceService, calls };
}

function listEntries({ log }: ShownLog, { start, limit }: proto.ListEntriesRequest): proto.ListEntriesResponse {
  const from = within(start, BigInt(log.size), 'start');
  const to = Math.min(log.size, from + Math.min(limit === 0 ? MAX_ENTRIES : limit, MAX_ENTRIES));
  const entries: Buffer[] = [];
  let room = MAX_LIST_OCTETS;
  while (from + entries.length < to) {
    for (const entry of log.entries.readEntries(from + entries.length, to)) {
      room -= entry.length;
      if (room < 0 && entries.length > 0) return { entries };
      entries.push(entry);
    }
  }
  return { entries };
}

function inclusion(
  { log }: ShownLog,
  { index, treeSize }: proto.GetInclusionProofRequest,
): proto.GetInclusionProofResponse {
  const size = within(treeSize, BigInt(log.size), 'tree_size');
  if (index >= treeSize) throw beyond('index');
  const proof = log.entries.inclusionProof(Number(index), size);
  return { leafHash: octets(log.entries.leafHash(Number(index))), proof: proof.map(octets) };
}

function consistency({ log }: ShownLog, request: proto.GetConsistencyProofRequest): proto.GetConsistencyProofResponse {
  const second = within(request.secondSize, BigInt(log.size), 'second_size');
  const first = within(request.firstSize, request.secondSize, 'first_size');
  return { proof: log.entries.consistencyProof(first, second).map(octets) };
}

async function watch(
  { log }: ShownLog,
  send: (response: proto.WatchCheckpointsResponse) => void,
  ended: AbortSignal,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    timer = undefined;
    send({ checkpoint: Buffer.from(log.checkpoint()) });
  };
  tell();
  log.onGrowth(() => (timer ??= setTimeout(tell, WATCH_PAUSE_MS)), ended);
  ended.addEventListener('abort', () => {
    clearTimeout(timer);
    resolve();
  });
  await promise;
}

function within(value: bigint, most: bigint, field: string): number {
  if (value > most) throw beyond(field);
  return Number(value);
}

function beyond(field: string): MdtError {
  return new MdtError('MDT_LOG_RANGE', 'beyond the tree', { field });
}

/** A number that no series reaches is none of theirs. */
function numberOf(seq: bigint | undefined): number | undefined {
  if (seq === undefined) return undefined;
  return seq > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(seq);
}

function proofOf(sha256: string, signature: string): { sha256: Buffer; signature: Buffer } {
  return { sha256: octets(hexToBytes(sha256)), signature: octets(hexToBytes(signature)) };
}

function octets(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.length);
}
