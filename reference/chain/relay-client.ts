/** A relay, as a client calls it (spec chapter 11). What it says is looked at by whoever asked. */
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { credentials, Metadata, type CallOptions, type ServiceError } from '@grpc/grpc-js';
import { MdtError, isErrorCode, type ErrorCode } from '../core/errors.ts';
import type { RelayAddress } from '../core/relay-address.ts';
import { RelayServiceClient } from '../gen/proto/milagro/trust/v1/relay.ts';

/** A thousand headers are 82 kB, a proof some kB. */
const MAX_ANSWER_OCTETS = 1024 * 1024;
const MAX_DETAIL = 200;
/** A relay that is back is noticed as soon as a node would be. */
const MAX_BACKOFF_MS = 2_000;

/** A call of the generated client. */
type Method<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: CallOptions,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

export type Choose<Request, Response> = (client: RelayServiceClient) => Method<Request, Response>;

/** One relay; each call rejects with MdtError MDT_SOURCE where it is not answered. */
export class RelayConnection {
  readonly #client: RelayServiceClient;
  readonly #deadline: number;

  /**
   * @param patienceMs how long it may take in all; Infinity where each call says it
   * @param maxAnswerOctets more is refused unread
   */
  constructor({ target, isPlain }: RelayAddress, patienceMs: number, maxAnswerOctets: number = MAX_ANSWER_OCTETS) {
    const channel = isPlain ? credentials.createInsecure() : credentials.createSsl();
    this.#client = new RelayServiceClient(target, channel, {
      'grpc.max_receive_message_length': maxAnswerOctets,
      'grpc.max_reconnect_backoff_ms': MAX_BACKOFF_MS,
    });
    this.#deadline = Date.now() + patienceMs;
  }

  /**
   * @param patienceMs how long it may take, where that is less than what is left
   * @throws MdtError MDT_SOURCE; RelayRefusal where the relay refuses with a code of the registry
   */
  async call<Request, Response>(
    choose: Choose<Request, Response>,
    request: Request,
    patienceMs: number = Infinity,
  ): Promise<Response> {
    const method = choose(this.#client);
    const deadline = Math.min(this.#deadline, Date.now() + patienceMs);
    return new Promise((resolve, reject) => {
      method.call(this.#client, request, new Metadata(), { deadline }, (error, response) =>
        error ? reject(refusal(error)) : resolve(response),
      );
    });
  }

  close(): void {
    this.#client.close();
  }
}

/** What a relay answered in place of what it was asked for: its code is its word, and no verdict. */
export class RelayRefusal extends MdtError {
  readonly said: ErrorCode;

  /** @param rejectReason of a transaction, in the words of the relay's node (MDT-RLY-018) */
  constructor(said: ErrorCode, message: string, rejectReason?: string) {
    super('MDT_SOURCE', message, rejectReason === undefined ? {} : { rejectReason });
    this.said = said;
  }
}

function refusal(error: ServiceError): MdtError {
  const detail = error.details.slice(0, MAX_DETAIL);
  const info = infoIn(error.metadata);
  if (info) return new RelayRefusal(info.said, `refused with ${info.said}: ${detail}`, info.rejectReason);
  return new MdtError('MDT_SOURCE', `no answer (status ${error.code}: ${detail})`);
}

interface Info {
  readonly said: ErrorCode;
  readonly rejectReason: string | undefined;
}

/** Of google.rpc.ErrorInfo, the first of the details of google.rpc.Status (MDT-HST-015), `reason` and what is read of its metadata. */
function infoIn(metadata: Metadata): Info | undefined {
  const [status] = metadata.get('grpc-status-details-bin');
  if (!(status instanceof Uint8Array)) return undefined;
  try {
    const info = memberOf(memberOf(status, 3), 2);
    const said = textOf(memberOf(info, 1));
    const reason = membersOf(info, 3).find((entry) => textOf(memberOf(entry, 1)) === 'reject_reason');
    const rejectReason = reason && textOf(memberOf(reason, 2)).slice(0, MAX_DETAIL);
    return isErrorCode(said) ? { said, rejectReason } : undefined;
  } catch {
    return undefined; // not of that form
  }
}

/** The first member of this number that has octets. */
function memberOf(message: Uint8Array, wanted: number): Uint8Array {
  return membersOf(message, wanted)[0] ?? new Uint8Array();
}

function membersOf(message: Uint8Array, wanted: number): Uint8Array[] {
  const reader = new BinaryReader(message);
  const members: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (number === wanted) members.push(reader.bytes());
    else reader.skip(type);
  }
  return members;
}

function textOf(octets: Uint8Array): string {
  return Buffer.from(octets).toString('utf8');
}
