/** The calls of a relay (spec chapter 11) as a client without a node makes them: bounded, errors as values. */
import type { Client, ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import {
  RelayServiceService,
  type RelayServiceService as Methods,
} from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import { channelTo } from '../grpc-channel.ts';
import { decoded, failure, type GrpcResult } from '../grpc-failure.ts';
import type { Note } from '../grpc-client.ts';
import { printable } from '../wire-log.ts';

type Name = keyof Methods;
type Asked<N extends Name> = Parameters<Methods[N]['requestSerialize']>[0];
/** What it leaves out is at its default. `nothing` is a member of no message: some have none at all. */
export type Asking<N extends Name> = Partial<Asked<N>> & { readonly nothing?: never };
export type Answered<N extends Name> = ReturnType<Methods[N]['responseDeserialize']>;
export type Unary = { [N in Name]: Methods[N]['responseStream'] extends true ? never : N }[Name];
export type Streaming = Exclude<Name, Unary>;

const TIMEOUT_MS = 10_000;
/** Of one stream; what a flood sends beyond it is let go. */
const MOST_MESSAGES = 2_000;

/** A message of a stream, and when it came, by Date.now(). */
export interface Sent<T> {
  readonly at: number;
  readonly message: T;
}

/** What a stream has sent so far. */
export class Watch<T> {
  readonly sent: Sent<T>[] = [];
  /** How it ended, once it has: by the relay in good order, or with an error. */
  ended: 'in good order' | { readonly failed: { code: number; message: string; reason?: string } } | undefined;
  readonly #stream: ClientReadableStream<Buffer>;
  #more: PromiseWithResolvers<void> = Promise.withResolvers<void>();

  constructor(stream: ClientReadableStream<Buffer>, decode: (octets: Buffer) => T) {
    this.#stream = stream;
    stream.on('data', (octets: Buffer) => {
      const result = decoded({ decode: (all) => decode(Buffer.from(all)) }, octets);
      if ('failed' in result) this.#end(result);
      else if (this.sent.length < MOST_MESSAGES) this.sent.push({ at: Date.now(), message: result.value });
      this.#wake();
    });
    stream.on('error', (error: ServiceError) => this.#end(failure(error)));
    stream.on('end', () => this.#end('in good order'));
  }

  /** Waits until `wanted` holds, or the stream has ended, or the time is over; tells whether it holds. */
  async until(wanted: (sent: readonly Sent<T>[]) => boolean, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while (!wanted(this.sent) && this.ended === undefined) {
      const left = deadline - performance.now();
      if (left <= 0) break;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, left)));
      await Promise.race([this.#more.promise, late]);
      clearTimeout(timer);
    }
    return wanted(this.sent);
  }

  /** Ends it from this side. */
  close(): void {
    this.#stream.cancel();
  }

  #end(how: NonNullable<Watch<T>['ended']>): void {
    this.ended ??= how;
    this.#wake();
  }

  #wake(): void {
    this.#more.resolve();
    this.#more = Promise.withResolvers<void>();
  }
}

export class RelayClient {
  readonly #client: Client;
  readonly #note: Note;

  /** @param address host:port. Each client has a connection of its own, by which a relay may tell clients apart. */
  constructor(address: string, note: Note = (_path, result) => result) {
    this.#client = channelTo(address, { own: true });
    this.#note = note;
  }

  /** Makes a call with what a request leaves out at its default. */
  ask<N extends Unary>(
    name: N,
    asked: Asking<N> = {},
    timeoutMs: number = TIMEOUT_MS,
  ): Promise<GrpcResult<Answered<N>>> {
    const { path, responseDeserialize: decode } = RelayServiceService[name];
    return new Promise((resolve) => {
      this.#client.makeUnaryRequest(
        path,
        asIs,
        asIs,
        octetsOf(name, asked),
        { deadline: Date.now() + timeoutMs },
        (error: ServiceError | null, octets?: Buffer) => {
          const given = { decode: (all: Uint8Array) => decode(Buffer.from(all)) as Answered<N> };
          const result = error ? failure(error) : decoded(given, octets ?? Buffer.alloc(0));
          resolve(this.#note(`${path} ${printable(asked)}`, result));
        },
      );
    });
  }

  /** Opens a stream. It has no deadline: whoever opens it closes it. */
  watch<N extends Streaming>(name: N, asked: Asking<N> = {}): Watch<Answered<N>> {
    const { path, responseDeserialize: decode } = RelayServiceService[name];
    const stream = this.#client.makeServerStreamRequest<Buffer, Buffer>(path, asIs, asIs, octetsOf(name, asked));
    return new Watch(stream, (octets) => decode(octets) as Answered<N>);
  }

  /** Notes what a stream has sent, as evidence. */
  noted<N extends Streaming>(name: N, { sent, ended }: Watch<Answered<N>>): void {
    this.#note(`${RelayServiceService[name].path}, all that came`, { value: { sent, ended } });
  }

  close(): void {
    this.#client.close();
  }
}

function asIs(octets: Buffer): Buffer {
  return octets;
}

/** An absent member is as its default in proto3; lists have to be there for the encoder. */
function octetsOf(name: Name, asked: object): Buffer {
  const { requestSerialize, requestDeserialize } = RelayServiceService[name];
  const base = requestDeserialize(Buffer.alloc(0));
  return (requestSerialize as (value: object) => Buffer)({ ...base, ...asked });
}
