/**
 * The one place that maps an error to what a caller sees (`spec/errors.md`): the gRPC status with
 * `google.rpc.ErrorInfo` (MDT-HST-015) and the HTTP problem document (MDT-HST-009, RFC 9457).
 */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { ERROR_CARRIERS, MdtError, type ErrorCode, type GrpcStatusName } from '../core/errors.ts';
import type { Problem } from '../gen/schemas.ts';

export const ERROR_DOMAIN = 'milagro.trust';

/** Numbers of gRPC's status codes (grpc/doc/statuscodes.md); kept here so that this file needs no gRPC. */
const GRPC_STATUS: Readonly<Record<GrpcStatusName, number>> = {
  INVALID_ARGUMENT: 3,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
};

/** The code of an error; what is not ours is a fault of the service itself. */
export function errorCodeOf(error: unknown): ErrorCode {
  return error instanceof MdtError ? error.code : 'MDT_INTERNAL';
}

export function errorFieldOf(error: unknown): string {
  return error instanceof MdtError ? error.field : '';
}

/** Its text. That of a foreign error stays inside: it may quote what it was given. */
export function errorMessageOf(error: unknown): string {
  if (error instanceof MdtError) return error.message;
  return error instanceof Error ? `a fault of the service itself (${error.name})` : 'a fault of the service itself';
}

/** Metadata of ErrorInfo: the member at fault, and why a node refused a transaction (MDT-RLY-018). */
function metadataOf(error: unknown): Record<string, string> {
  const field = errorFieldOf(error);
  const reason = error instanceof MdtError ? error.rejectReason : undefined;
  return { ...(field !== '' && { field }), ...(reason !== undefined && { reject_reason: reason }) };
}

export interface GrpcError {
  readonly code: number;
  readonly details: string;
  /** `grpc-status-details-bin`: a google.rpc.Status. */
  readonly statusDetails: Buffer;
}

export function toGrpcError(error: unknown): GrpcError {
  const reason = errorCodeOf(error);
  const code = GRPC_STATUS[ERROR_CARRIERS[reason].grpc ?? 'INTERNAL'];
  const details = errorMessageOf(error);
  return { code, details, statusDetails: encodeStatus(code, details, reason, metadataOf(error)) };
}

/** Codes for the statuses that the gRPC library answers by itself, before any call of ours is reached. */
const LIBRARY_STATUS: Readonly<Partial<Record<number, ErrorCode>>> = {
  5: 'MDT_NOT_FOUND',
  8: 'MDT_DOCUMENT_TOO_LARGE', // RESOURCE_EXHAUSTED: a message above our cap
  12: 'MDT_METHOD',
  14: 'MDT_NOT_READY',
};

/** The status details of an error that the library made. */
export function libraryStatusDetails(code: number, details: string): Buffer {
  return encodeStatus(code, details, LIBRARY_STATUS[code] ?? 'MDT_INTERNAL', {});
}

/** @param status that of the answer; by default what the registry has for the code */
export function toProblem(error: unknown, status: number = statusOf(error)): Problem {
  const code = errorCodeOf(error);
  const field = errorFieldOf(error);
  const detail = errorMessageOf(error);
  return {
    type: 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    detail,
    code,
    ...(field !== '' && { field }),
  };
}

function statusOf(error: unknown): number {
  return ERROR_CARRIERS[errorCodeOf(error)].http ?? 500;
}

// RFC 9457, 4.2.1: under about:blank the title is the phrase of the HTTP status.
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/**
 * google.rpc.Status { code = 1, message = 2, details = 3: Any { type_url = 1, value = 2 } } with one
 * ErrorInfo { reason = 1, domain = 2, metadata = 3 }.
 */
function encodeStatus(code: number, message: string, reason: ErrorCode, metadata: Record<string, string>): Buffer {
  const info = new BinaryWriter().uint32(0x0a).string(reason).uint32(0x12).string(ERROR_DOMAIN);
  for (const [key, value] of Object.entries(metadata))
    info.uint32(0x1a).bytes(new BinaryWriter().uint32(0x0a).string(key).uint32(0x12).string(value).finish());
  const any = new BinaryWriter()
    .uint32(0x0a)
    .string('type.googleapis.com/google.rpc.ErrorInfo')
    .uint32(0x12)
    .bytes(info.finish());
  const status = new BinaryWriter()
    .uint32(0x08)
    .int32(code)
    .uint32(0x12)
    .string(message)
    .uint32(0x1a)
    .bytes(any.finish());
  return Buffer.from(status.finish());
}
