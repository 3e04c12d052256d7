/** A relay, as a client calls it (spec chapter 11). What it says is looked at by whoever asked. */
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { credentials, Metadata, type CallOptions, type ServiceError } from '@grpc/grpc-js';
import { MdtError, isErrorCode, type ErrorCode } from '../core/errors.ts';
import { isPrivateHost } from '../core/private-host.ts';
import { RelayServiceClient } from '../gen/proto/milagro/trust/v1/relay.ts';

/** A thousand headers are 82 kB, a proof some kB. */
const MAX_ANSWER_OCTETS = 1024 * 1024;
const MAX_DETAIL = 200;
const PLAIN = 'grpc://';
const SECURE = 'grpcs://';

export function isRelayUrl(url: string): boolean {
  return url.startsWith(PLAIN) || url.startsWith(SECURE);
}

export interface RelayAddress {
  /** `host:port`. */
  readonly target: string;
  readonly isPlain: boolean;
}

/**
 * @param url `grpcs://host:port`, or `grpc://host:port` at a loopback or private host
 * @throws MdtError MDT_SOURCE where the URL is none
 */
export function relayAddress(url: string): RelayAddress {
  const isPlain = url.startsWith(PLAIN);
  const target = url.slice((isPlain ? PLAIN : SECURE).length);
  const asHttp = `http://${target}`;
  const { hostname = '', host = '' } = URL.canParse(asHttp) ? new URL(asHttp) : {};
  const hasPort = /:[0-9]+$/.test(target);
  if (!isRelayUrl(url) || hostname === '' || !hasPort || (host !== target && `${host}:80` !== target))
    throw new MdtError('MDT_SOURCE', 'not grpcs://host:port or grpc://host:port');
  if (isPlain && !isPrivateHost(hostname)) throw new MdtError('MDT_SOURCE', 'grpc at a host that is not private');
  return { target, isPlain };
}

/** A call of the generated client. */
type Method<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: CallOptions,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** One relay for a while; each call rejects with MdtError MDT_SOURCE where it is not answered. */
export class RelayConnection {
  readonly #client: RelayServiceClient;
  readonly #deadline: Date;

  /** @param patienceMs how long it may take in all */
  constructor({ target, isPlain }: RelayAddress, patienceMs: number) {
    const channel = isPlain ? credentials.createInsecure() : credentials.createSsl();
    this.#client = new RelayServiceClient(target, channel, { 'grpc.max_receive_message_length': MAX_ANSWER_OCTETS });
    this.#deadline = new Date(Date.now() + patienceMs);
  }

  /** @throws MdtError MDT_SOURCE; RelayRefusal where the relay refuses with a code of the registry */
  async call<Request, Response>(
    choose: (client: RelayServiceClient) => Method<Request, Response>,
    request: Request,
  ): Promise<Response> {
    const method = choose(this.#client);
    return new Promise((resolve, reject) => {
      method.call(this.#client, request, new Metadata(), { deadline: this.#deadline }, (error, response) =>
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

  constructor(said: ErrorCode, message: string) {
    super('MDT_SOURCE', message);
    this.said = said;
  }
}

function refusal(error: ServiceError): MdtError {
  const detail = error.details.slice(0, MAX_DETAIL);
  const said = reasonIn(error.metadata);
  if (said !== undefined) return new RelayRefusal(said, `refused with ${said}: ${detail}`);
  return new MdtError('MDT_SOURCE', `no answer (status ${error.code}: ${detail})`);
}

/** `reason` of google.rpc.ErrorInfo, the first of the details of google.rpc.Status (MDT-HST-015). */
function reasonIn(metadata: Metadata): ErrorCode | undefined {
  const [status] = metadata.get('grpc-status-details-bin');
  if (!(status instanceof Uint8Array)) return undefined;
  try {
    const info = memberOf(memberOf(status, 3), 2);
    const reason = Buffer.from(memberOf(info, 1)).toString('utf8');
    return isErrorCode(reason) ? reason : undefined;
  } catch {
    return undefined; // not of that form
  }
}

/** The first member of this number that has octets. */
function memberOf(message: Uint8Array, wanted: number): Uint8Array {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (number === wanted) return reader.bytes();
    reader.skip(type);
  }
  return new Uint8Array();
}
