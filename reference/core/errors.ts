/**
 * Every error of the reference has a code of the registry (`spec/errors.md`). Callers match the code
 * and never the text. `errors.test.ts` proves this table and the registry equal.
 */

/** The union of all codes. */
export type ErrorCode =
  | 'MDT_DOCUMENT_TOO_LARGE'
  | 'MDT_BOM'
  | 'MDT_NOT_UTF8'
  | 'MDT_NOT_JSON'
  | 'MDT_DUPLICATE_MEMBER'
  | 'MDT_LONE_SURROGATE'
  | 'MDT_NUMBER_LITERAL'
  | 'MDT_NUMBER_RANGE'
  | 'MDT_NESTING'
  | 'MDT_UNKNOWN_MEMBER'
  | 'MDT_SCHEMA'
  | 'MDT_DIGEST'
  | 'MDT_SIGNATURE'
  | 'MDT_SIGNATURE_HIGH_S'
  | 'MDT_WRONG_CHAIN'
  | 'MDT_OP_RETURN_COUNT'
  | 'MDT_PUSH'
  | 'MDT_PAYLOAD_MARKER'
  | 'MDT_PAYLOAD_VERSION'
  | 'MDT_PAYLOAD_KIND'
  | 'MDT_PAYLOAD_LENGTH'
  | 'MDT_PAYLOAD_ROLE'
  | 'MDT_PAYLOAD_HOST_HINT'
  | 'MDT_LINEAGE_OUTPOINT'
  | 'MDT_LINEAGE_OUTPUTS'
  | 'MDT_LINEAGE_CONTINUATION'
  | 'MDT_WITNESS'
  | 'MDT_CHAIN_SIGNATURE'
  | 'MDT_LINEAGE_BROKEN'
  | 'MDT_SUCCESSOR_MISSING'
  | 'MDT_LINEAGE_FOREIGN_INPUT'
  | 'MDT_SUCCESSOR'
  | 'MDT_NEXT_ANCHOR'
  | 'MDT_PREVIOUS_SIGNATURE'
  | 'MDT_RETIREMENT'
  | 'MDT_TXREF'
  | 'MDT_LOCATOR'
  | 'MDT_TX_64_OCTETS'
  | 'MDT_MALFORMED_TX'
  | 'MDT_HEADER_FORMAT'
  | 'MDT_COINBASE_BRANCH'
  | 'MDT_MERKLE_ROOT'
  | 'MDT_MERKLE_SIBLING'
  | 'MDT_MERKLE_POSITION'
  | 'MDT_POW'
  | 'MDT_HEADER_LINK'
  | 'MDT_BITS'
  | 'MDT_HEADER_TIME'
  | 'MDT_HEADER_FUTURE'
  | 'MDT_NOT_IN_CHAIN'
  | 'MDT_FRESHNESS'
  | 'MDT_PAT_KEY'
  | 'MDT_PAT_ANCHOR'
  | 'MDT_PAT_BATCH'
  | 'MDT_JWKS_EXPIRES'
  | 'MDT_AUTHORIZATION_URL'
  | 'MDT_AUTHORIZATION_REQUEST'
  | 'MDT_ENROLLMENT_NONCE'
  | 'MDT_LOG_CHECKPOINT'
  | 'MDT_LOG_INCLUSION'
  | 'MDT_LOG_FORK'
  | 'MDT_LOG_PROMISE'
  | 'MDT_LOG_PERIOD'
  | 'MDT_LOG_ROOT'
  | 'MDT_LOG_RANGE'
  | 'MDT_LOG_ANCHOR'
  | 'MDT_LOG_BROKEN_PROMISE'
  | 'MDT_LOG_LATE'
  | 'MDT_STATUS_CODE'
  | 'MDT_STATUS_SEQ'
  | 'MDT_STATUS_EXPIRED'
  | 'MDT_STATUS_GAP'
  | 'MDT_STATUS_STALE'
  | 'MDT_TX_REFUSED'
  | 'MDT_IDEMPOTENCY_KEY'
  | 'MDT_RATE'
  | 'MDT_CHAIN_UNAVAILABLE'
  | 'MDT_UNFUNDED'
  | 'MDT_CONFIRMATIONS'
  | 'MDT_BLS_POINT'
  | 'MDT_MASTER_POP'
  | 'MDT_POLICY'
  | 'MDT_NOT_READY'
  | 'MDT_NOT_FOUND'
  | 'MDT_METHOD'
  | 'MDT_INTERNAL'
  | 'MDT_LAUNCH'
  | 'MDT_CONTROL'
  | 'MDT_STATE'
  | 'MDT_RETIRED'
  | 'MDT_PENDING'
  | 'MDT_UNPINNED'
  | 'MDT_PIN'
  | 'MDT_SOURCE'
  | 'MDT_ALTERED'
  | 'MDT_ENTROPY';

/** Where each code goes: the gRPC status name and the HTTP status, `undefined` where the code does not travel. */
export interface Carrier {
  readonly grpc: GrpcStatusName | undefined;
  readonly http: number | undefined;
}

export type GrpcStatusName =
  | 'INVALID_ARGUMENT'
  | 'OUT_OF_RANGE'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'UNIMPLEMENTED'
  | 'INTERNAL'
  | 'UNAVAILABLE';

const refused: Carrier = { grpc: 'INVALID_ARGUMENT', http: 400 };
const unavailable: Carrier = { grpc: 'UNAVAILABLE', http: 503 };
const local: Carrier = { grpc: undefined, http: undefined };

/** The registry's carriers. */
export const ERROR_CARRIERS: Readonly<Record<ErrorCode, Carrier>> = {
  MDT_DOCUMENT_TOO_LARGE: { grpc: 'INVALID_ARGUMENT', http: 413 },
  MDT_BOM: refused,
  MDT_NOT_UTF8: refused,
  MDT_NOT_JSON: refused,
  MDT_DUPLICATE_MEMBER: refused,
  MDT_LONE_SURROGATE: refused,
  MDT_NUMBER_LITERAL: refused,
  MDT_NUMBER_RANGE: refused,
  MDT_NESTING: refused,
  MDT_UNKNOWN_MEMBER: refused,
  MDT_SCHEMA: refused,
  MDT_DIGEST: refused,
  MDT_SIGNATURE: refused,
  MDT_SIGNATURE_HIGH_S: refused,
  MDT_WRONG_CHAIN: { grpc: 'FAILED_PRECONDITION', http: 503 },
  MDT_OP_RETURN_COUNT: refused,
  MDT_PUSH: refused,
  MDT_PAYLOAD_MARKER: refused,
  MDT_PAYLOAD_VERSION: refused,
  MDT_PAYLOAD_KIND: refused,
  MDT_PAYLOAD_LENGTH: refused,
  MDT_PAYLOAD_ROLE: refused,
  MDT_PAYLOAD_HOST_HINT: refused,
  MDT_LINEAGE_OUTPOINT: refused,
  MDT_LINEAGE_OUTPUTS: refused,
  MDT_LINEAGE_CONTINUATION: refused,
  MDT_WITNESS: refused,
  MDT_CHAIN_SIGNATURE: refused,
  MDT_LINEAGE_BROKEN: refused,
  MDT_SUCCESSOR_MISSING: refused,
  MDT_LINEAGE_FOREIGN_INPUT: refused,
  MDT_SUCCESSOR: refused,
  MDT_NEXT_ANCHOR: refused,
  MDT_PREVIOUS_SIGNATURE: refused,
  MDT_RETIREMENT: refused,
  MDT_TXREF: refused,
  MDT_LOCATOR: refused,
  MDT_TX_64_OCTETS: refused,
  MDT_MALFORMED_TX: refused,
  MDT_HEADER_FORMAT: refused,
  MDT_COINBASE_BRANCH: refused,
  MDT_MERKLE_ROOT: refused,
  MDT_MERKLE_SIBLING: refused,
  MDT_MERKLE_POSITION: refused,
  MDT_POW: refused,
  MDT_HEADER_LINK: refused,
  MDT_BITS: refused,
  MDT_HEADER_TIME: refused,
  MDT_HEADER_FUTURE: refused,
  MDT_NOT_IN_CHAIN: refused,
  MDT_FRESHNESS: refused,
  MDT_PAT_KEY: refused,
  MDT_PAT_ANCHOR: refused,
  MDT_PAT_BATCH: refused,
  MDT_JWKS_EXPIRES: refused,
  MDT_AUTHORIZATION_URL: refused,
  MDT_AUTHORIZATION_REQUEST: refused,
  MDT_ENROLLMENT_NONCE: refused,
  MDT_LOG_CHECKPOINT: refused,
  MDT_LOG_INCLUSION: refused,
  MDT_LOG_FORK: refused,
  MDT_LOG_PROMISE: refused,
  MDT_LOG_PERIOD: refused,
  MDT_LOG_ROOT: refused,
  MDT_LOG_RANGE: { grpc: 'OUT_OF_RANGE', http: undefined },
  MDT_LOG_ANCHOR: local,
  MDT_LOG_BROKEN_PROMISE: local,
  MDT_LOG_LATE: local,
  MDT_STATUS_CODE: local,
  MDT_STATUS_SEQ: local,
  MDT_STATUS_EXPIRED: local,
  MDT_STATUS_GAP: local,
  MDT_STATUS_STALE: local,
  MDT_TX_REFUSED: { grpc: 'FAILED_PRECONDITION', http: undefined },
  MDT_IDEMPOTENCY_KEY: { grpc: 'ALREADY_EXISTS', http: undefined },
  MDT_RATE: { grpc: 'RESOURCE_EXHAUSTED', http: undefined },
  MDT_CHAIN_UNAVAILABLE: unavailable,
  MDT_UNFUNDED: unavailable,
  MDT_CONFIRMATIONS: unavailable,
  MDT_BLS_POINT: refused,
  MDT_MASTER_POP: refused,
  MDT_POLICY: refused,
  MDT_NOT_READY: unavailable,
  MDT_NOT_FOUND: { grpc: 'NOT_FOUND', http: 404 },
  MDT_METHOD: { grpc: 'UNIMPLEMENTED', http: 405 },
  MDT_INTERNAL: { grpc: 'INTERNAL', http: 500 },
  MDT_LAUNCH: local,
  MDT_CONTROL: local,
  MDT_STATE: local,
  MDT_RETIRED: local,
  MDT_PENDING: local,
  MDT_UNPINNED: local,
  MDT_PIN: local,
  MDT_SOURCE: local,
  MDT_ALTERED: local,
  MDT_ENTROPY: unavailable,
};

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_CARRIERS, text);
}

/** What an error says beside its code. */
export interface ErrorDetail {
  /** Place of the fault: a JSON pointer into a document, or the name of an argument. Empty for the whole. */
  readonly field?: string;
  readonly cause?: unknown;
  /** Of MDT_TX_REFUSED: why the Bitcoin node refused, in its words. */
  readonly rejectReason?: string;
}

/** The one error class. `field` names the place of the fault, `code` what is wrong with it. */
export class MdtError extends Error {
  override readonly name = 'MdtError';
  readonly code: ErrorCode;
  readonly field: string;
  readonly rejectReason: string | undefined;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.field = detail.field ?? '';
    this.rejectReason = detail.rejectReason;
  }
}
