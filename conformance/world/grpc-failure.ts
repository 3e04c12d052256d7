/** What comes of a gRPC call: a decoded message, or an error with its ErrorInfo decoded, as a value. */
import type { Metadata, ServiceError } from '@grpc/grpc-js';
import { BinaryReader } from '@bufbuild/protobuf/wire';

const UNKNOWN = 2;

export interface GrpcFailure {
  failed: {
    code: number;
    message: string;
    reason?: string;
    domain?: string;
    /** `metadata` of the ErrorInfo, where it has any. */
    info?: Readonly<Record<string, string>>;
  };
}

export type GrpcResult<T> = { value: T } | GrpcFailure;

export interface Decoder<T> {
  decode(octets: Uint8Array): T;
}

export function decoded<T>(response: Decoder<T>, octets: Buffer): GrpcResult<T> {
  try {
    return { value: response.decode(octets) };
  } catch (error) {
    return { failed: { code: -1, message: `the message cannot be decoded: ${(error as Error).message}` } };
  }
}

/** The library gives neither code nor metadata where it cannot undo a message's coding. */
export function failure(error: Partial<ServiceError>): GrpcFailure {
  const info = error.metadata ? errorInfo(error.metadata) : {};
  return { failed: { code: error.code ?? UNKNOWN, message: error.details ?? error.message ?? '', ...info } };
}

/**
 * `google.rpc.ErrorInfo` out of `grpc-status-details-bin`: Status.details (3) → Any{type_url 1, value 2} → {reason 1,
 * domain 2, metadata 3}, the entries of which are {key 1, value 2}.
 */
function errorInfo(metadata: Metadata): Omit<GrpcFailure['failed'], 'code' | 'message'> {
  const [details] = metadata.get('grpc-status-details-bin');
  if (!Buffer.isBuffer(details)) return {};
  try {
    for (const any of fieldsOf(details).get(3) ?? []) {
      const parts = fieldsOf(any);
      if (!parts.get(1)?.[0]?.toString('utf8').endsWith('/google.rpc.ErrorInfo')) continue;
      const info = fieldsOf(parts.get(2)?.[0] ?? Buffer.alloc(0));
      const [reason, domain] = [textIn(info, 1), textIn(info, 2)];
      const entries = (info.get(3) ?? [])
        .map(fieldsOf)
        .map((entry) => [textIn(entry, 1) ?? '', textIn(entry, 2) ?? '']);
      return {
        ...(reason !== undefined && { reason }),
        ...(domain !== undefined && { domain }),
        ...(entries.length > 0 && { info: Object.fromEntries(entries) as Record<string, string> }),
      };
    }
  } catch {
    // Not protobuf: then there is no ErrorInfo, and the check says so.
  }
  return {};
}

function textIn(fields: Map<number, Buffer[]>, number: number): string | undefined {
  return fields.get(number)?.[0]?.toString('utf8');
}

/** Length-delimited fields of a message by number. */
export function fieldsOf(octets: Buffer): Map<number, Buffer[]> {
  const reader = new BinaryReader(octets);
  const fields = new Map<number, Buffer[]>();
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    if (wire === 2) fields.set(number, [...(fields.get(number) ?? []), Buffer.from(reader.bytes())]);
    else reader.skip(wire);
  }
  return fields;
}
