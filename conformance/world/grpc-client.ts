/** gRPC calls to a target, each bounded in time and octets; errors come back as values with their ErrorInfo decoded. */
import { Client, credentials, type Metadata, type ServiceError } from '@grpc/grpc-js';
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

const TIMEOUT_MS = 5_000;
const UNKNOWN = 2;
const MAX_OCTETS = 4 * 1024 * 1024;
/** Of one watch; what a flood sends beyond it is let go. */
const MAX_CHECKPOINTS = 1_000;
const IDENTITY = '/milagro.trust.v1.IdentityService';
const LOG = '/milagro.trust.v1.LogService';
const STATUS = '/milagro.trust.v1.StatusService';

export interface GrpcFailure {
  failed: { code: number; message: string; reason?: string; domain?: string };
}

export type GrpcResult<T> = { value: T } | GrpcFailure;

/** Hands on what it is given. */
export type Note = <T>(path: string, result: GrpcResult<T>) => GrpcResult<T>;

interface Decoder<T> {
  decode(octets: Uint8Array): T;
}

export class GrpcClient {
  readonly #client: Client;

  readonly #timeoutMs: number;

  readonly #note: Note;

  /** `address` is host:port. The channel connects when the first call is made. `note` sees every answer; `tls`: by the certificates of the system. */
  constructor(address: string, timeoutMs: number = TIMEOUT_MS, note: Note = (_path, result) => result, tls = false) {
    this.#note = note;
    this.#timeoutMs = timeoutMs;
    this.#client = new Client(address, tls ? credentials.createSsl() : credentials.createInsecure(), {
      'grpc.max_receive_message_length': MAX_OCTETS,
      'grpc.max_metadata_size': 64 * 1024,
      'grpc.enable_retries': 0,
      'grpc.enable_http_proxy': 0,
      'grpc.initial_reconnect_backoff_ms': 100,
    });
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

function decoded<T>(response: Decoder<T>, octets: Buffer): GrpcResult<T> {
  try {
    return { value: response.decode(octets) };
  } catch (error) {
    return { failed: { code: -1, message: `the message cannot be decoded: ${(error as Error).message}` } };
  }
}

/** The library gives neither code nor metadata where it cannot undo a message's coding. */
function failure(error: Partial<ServiceError>): GrpcFailure {
  const info = error.metadata ? errorInfo(error.metadata) : {};
  return { failed: { code: error.code ?? UNKNOWN, message: error.details ?? error.message ?? '', ...info } };
}

/** `google.rpc.ErrorInfo` out of `grpc-status-details-bin`: Status.details (3) → Any{type_url 1, value 2} → {reason 1, domain 2}. */
function errorInfo(metadata: Metadata): { reason?: string; domain?: string } {
  const [details] = metadata.get('grpc-status-details-bin');
  if (!Buffer.isBuffer(details)) return {};
  try {
    for (const any of fieldsOf(details).get(3) ?? []) {
      const parts = fieldsOf(any);
      if (!parts.get(1)?.[0]?.toString('utf8').endsWith('/google.rpc.ErrorInfo')) continue;
      const info = fieldsOf(parts.get(2)?.[0] ?? Buffer.alloc(0));
      const [reason, domain] = [info.get(1)?.[0]?.toString('utf8'), info.get(2)?.[0]?.toString('utf8')];
      return { ...(reason !== undefined && { reason }), ...(domain !== undefined && { domain }) };
    }
  } catch {
    // Not protobuf: then there is no ErrorInfo, and the check says so.
  }
  return {};
}

/** Length-delimited fields of a message by number. */
function fieldsOf(octets: Buffer): Map<number, Buffer[]> {
  const reader = new BinaryReader(octets);
  const fields = new Map<number, Buffer[]>();
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    if (wire === 2) fields.set(number, [...(fields.get(number) ?? []), Buffer.from(reader.bytes())]);
    else reader.skip(wire);
  }
  return fields;
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
