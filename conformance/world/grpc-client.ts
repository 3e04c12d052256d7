/** gRPC calls to a target, each bounded in time and octets; errors come back as values with their ErrorInfo decoded. */
import type { Client, ServiceError } from '@grpc/grpc-js';
import {
  GetAnchorProofResponse,
  GetBirthRecordResponse,
  GetLineageProofResponse,
  GetMetadataResponse,
} from '../../reference/gen/proto/milagro/trust/v1/identity.ts';
import {
  GetActivityRootRequest,
  GetActivityRootResponse,
  GetCheckpointResponse,
  GetConsistencyProofRequest,
  GetConsistencyProofResponse,
  GetInclusionProofRequest,
  GetInclusionProofResponse,
  ListEntriesRequest,
  ListEntriesResponse,
  WatchCheckpointsResponse,
} from '../../reference/gen/proto/milagro/trust/v1/log.ts';
import { GetStatusRequest, GetStatusResponse } from '../../reference/gen/proto/milagro/trust/v1/status.ts';
import { BinaryReader, type BinaryWriter } from '@bufbuild/protobuf/wire';
import { channelTo } from './grpc-channel.ts';
import { decoded, failure, fieldsOf, type Decoder, type GrpcResult } from './grpc-failure.ts';

export type { GrpcFailure, GrpcResult } from './grpc-failure.ts';

const TIMEOUT_MS = 5_000;
/** Of one watch; what a flood sends beyond it is let go. */
const MAX_CHECKPOINTS = 1_000;
const IDENTITY = '/milagro.trust.v1.IdentityService';
const LOG = '/milagro.trust.v1.LogService';
const STATUS = '/milagro.trust.v1.StatusService';

/** Hands on what it is given. */
export type Note = <T>(path: string, result: GrpcResult<T>) => GrpcResult<T>;

export class GrpcClient {
  readonly #client: Client;

  readonly #timeoutMs: number;

  readonly #note: Note;

  /** `address` is host:port. The channel connects when the first call is made. `note` sees every answer; `tls`: by the certificates of the system. */
  constructor(address: string, timeoutMs: number = TIMEOUT_MS, note: Note = (_path, result) => result, tls = false) {
    this.#note = note;
    this.#timeoutMs = timeoutMs;
    this.#client = channelTo(address, { tls });
  }

  getBirthRecord(): Promise<GrpcResult<GetBirthRecordResponse>> {
    return this.#call(`${IDENTITY}/GetBirthRecord`, GetBirthRecordResponse);
  }

  getAnchorProof(): Promise<GrpcResult<GetAnchorProofResponse>> {
    return this.#call(`${IDENTITY}/GetAnchorProof`, GetAnchorProofResponse);
  }

  getLineageProof(): Promise<GrpcResult<GetLineageProofResponse>> {
    return this.#call(`${IDENTITY}/GetLineageProof`, GetLineageProofResponse);
  }

  getMetadata(): Promise<GrpcResult<GetMetadataResponse>> {
    return this.#call(`${IDENTITY}/GetMetadata`, GetMetadataResponse);
  }

  getCheckpoint(): Promise<GrpcResult<GetCheckpointResponse>> {
    return this.#call(`${LOG}/GetCheckpoint`, GetCheckpointResponse);
  }

  listEntries(start: number, limit: number): Promise<GrpcResult<ListEntriesResponse>> {
    const request = encoded(ListEntriesRequest, { start: BigInt(start), limit });
    return this.#call(`${LOG}/ListEntries`, ListEntriesResponse, request);
  }

  getInclusionProof(index: number, treeSize: number): Promise<GrpcResult<GetInclusionProofResponse>> {
    const request = encoded(GetInclusionProofRequest, { index: BigInt(index), treeSize: BigInt(treeSize) });
    return this.#call(`${LOG}/GetInclusionProof`, GetInclusionProofResponse, request);
  }

  getConsistencyProof(first: number, second: number): Promise<GrpcResult<GetConsistencyProofResponse>> {
    const request = encoded(GetConsistencyProofRequest, { firstSize: BigInt(first), secondSize: BigInt(second) });
    return this.#call(`${LOG}/GetConsistencyProof`, GetConsistencyProofResponse, request);
  }

  /** The newest where `seq` is not given. */
  getActivityRoot(seq?: number): Promise<GrpcResult<GetActivityRootResponse>> {
    const request = encoded(GetActivityRootRequest, { seq: seq === undefined ? undefined : BigInt(seq) });
    return this.#call(`${LOG}/GetActivityRoot`, GetActivityRootResponse, request);
  }

  /** The newest where `seq` is not given. */
  getStatus(seq?: number): Promise<GrpcResult<GetStatusResponse>> {
    const request = encoded(GetStatusRequest, { seq: seq === undefined ? undefined : BigInt(seq) });
    return this.#call(`${STATUS}/GetStatus`, GetStatusResponse, request);
  }

  /** What `WatchCheckpoints` sends, each with the time when it came, until `until` resolves; `came` is called at each. */
  async watchCheckpoints(
    until: Promise<unknown>,
    came: (checkpoint: Buffer) => void,
  ): Promise<GrpcResult<{ at: number; checkpoint: Buffer }[]>> {
    const path = `${LOG}/WatchCheckpoints`;
    const asIs = (octets: Buffer): Buffer => octets;
    const stream = this.#client.makeServerStreamRequest(path, asIs, asIs, Buffer.alloc(0), {});
    const sent: { at: number; checkpoint: Buffer }[] = [];
    const { promise, resolve } = Promise.withResolvers<GrpcResult<{ at: number; checkpoint: Buffer }[]>>();
    stream.on('data', (octets: Buffer) => {
      const message = decoded(WatchCheckpointsResponse, octets);
      if ('failed' in message) return resolve(message);
      if (sent.length < MAX_CHECKPOINTS) sent.push({ at: Date.now(), checkpoint: message.value.checkpoint });
      came(message.value.checkpoint);
    });
    stream.on('error', (error: ServiceError) => resolve(failure(error)));
    stream.on('end', () => resolve({ value: sent }));
    void until.then(() => resolve({ value: sent }));
    const result = await promise;
    stream.cancel();
    return this.#note(path, result);
  }

  /** `grpc.health.v1.Health/Check` of the whole server: UNKNOWN 0, SERVING 1, NOT_SERVING 2. */
  health(): Promise<GrpcResult<number>> {
    return this.#call('/grpc.health.v1.Health/Check', { decode: (octets) => firstVarint(octets) });
  }

  /** Names of the services that `grpc.reflection.v1` lists. */
  reflectedServices(): Promise<GrpcResult<string[]>> {
    const path = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
    // ServerReflectionRequest{ list_services (7): "" }
    const stream = this.#client.makeBidiStreamRequest(
      path,
      (octets: Buffer) => octets,
      (octets: Buffer) => octets,
      { deadline: Date.now() + this.#timeoutMs },
    );
    return new Promise((settle) => {
      let over = false; // what comes after the answer, the end of the stream among it, is none
      const resolve = (result: GrpcResult<string[]>): void => {
        if (!over) settle(this.#note(path, result));
        over = true;
      };
      stream.on('data', (octets: Buffer) => {
        resolve({ value: servicesIn(octets) });
        stream.end();
        stream.cancel();
      });
      stream.on('error', (error: ServiceError) => resolve(failure(error)));
      stream.on('end', () => resolve({ failed: { code: 2, message: 'the stream ended without an answer' } }));
      stream.write(Buffer.from([0x3a, 0x00]));
    });
  }

  close(): void {
    this.#client.close();
  }

  #call<T>(path: string, response: Decoder<T>, request: Buffer = Buffer.alloc(0)): Promise<GrpcResult<T>> {
    return new Promise((resolve) => {
      this.#client.makeUnaryRequest(
        path,
        (octets: Buffer) => octets,
        (octets: Buffer) => octets,
        request,
        { deadline: Date.now() + this.#timeoutMs },
        (error: ServiceError | null, octets?: Buffer) => {
          const result = error ? failure(error) : decoded(response, octets ?? Buffer.alloc(0));
          resolve(this.#note(path, result));
        },
      );
    });
  }
}

interface Encoder<T> {
  encode(message: T): BinaryWriter;
}

function encoded<T>(request: Encoder<T>, message: T): Buffer {
  return Buffer.from(request.encode(message).finish());
}

function firstVarint(octets: Uint8Array): number {
  const reader = new BinaryReader(octets);
  if (reader.pos >= reader.len) return 0;
  reader.tag();
  return reader.uint32();
}

/** ServerReflectionResponse.list_services_response (6) → ListServiceResponse.service (1) → ServiceResponse.name (1). */
function servicesIn(octets: Buffer): string[] {
  try {
    const lists = fieldsOf(octets).get(6) ?? [];
    return lists
      .flatMap((list) => fieldsOf(list).get(1) ?? [])
      .map((service) => fieldsOf(service).get(1)?.[0]?.toString('utf8') ?? '');
  } catch {
    return [];
  }
}
