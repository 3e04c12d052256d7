/** How the double refuses a call: a gRPC status with ErrorInfo in its details (spec 3.2, errors.md). */
import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { BinaryWriter } from '@bufbuild/protobuf/wire';

const TYPE_URL = 'type.googleapis.com/google.rpc.ErrorInfo';
const DOMAIN = 'milagro.trust';

export class RelayRefusal extends Error {
  override readonly name = 'RelayRefusal';
  readonly code: number;
  readonly reason: string;
  readonly info: Readonly<Record<string, string>>;

  constructor(code: number, reason: string, info: Readonly<Record<string, string>> = {}) {
    super(reason);
    this.code = code;
    this.reason = reason;
    this.info = info;
  }
}

/** MDT-RLY-034: `field` is the member's name in the protobuf file. */
export function outOfRange(field: string): RelayRefusal {
  return new RelayRefusal(status.INVALID_ARGUMENT, 'MDT_SCHEMA', { field });
}

export function notFound(): RelayRefusal {
  return new RelayRefusal(status.NOT_FOUND, 'MDT_NOT_FOUND');
}

export function unavailable(reason: string): RelayRefusal {
  return new RelayRefusal(status.UNAVAILABLE, reason);
}

/** The form in which the gRPC server sends it. */
export function asServiceError(error: unknown): Partial<ServiceError> {
  const { code, reason, info, message } =
    error instanceof RelayRefusal
      ? error
      : { code: status.INTERNAL, reason: 'MDT_INTERNAL', info: {}, message: (error as Error).message };
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', detailsOf(code, message, reason, info));
  return { code, details: message, metadata };
}

/** google.rpc.Status{code 1, message 2, details 3: Any{type_url 1, value 2: ErrorInfo{reason 1, domain 2, metadata 3}}} */
function detailsOf(code: number, message: string, reason: string, info: Readonly<Record<string, string>>): Buffer {
  const errorInfo = new BinaryWriter().uint32(10).string(reason).uint32(18).string(DOMAIN);
  for (const [key, value] of Object.entries(info))
    errorInfo.uint32(26).bytes(new BinaryWriter().uint32(10).string(key).uint32(18).string(value).finish());
  const any = new BinaryWriter().uint32(10).string(TYPE_URL).uint32(18).bytes(errorInfo.finish()).finish();
  const details = new BinaryWriter().uint32(8).int32(code).uint32(18).string(message).uint32(26).bytes(any);
  return Buffer.from(details.finish());
}
