/** How the calls of a relay are answered: so many of one client at a time, and streams as fast as they are read (MDT-RLY-035). */
import type { sendUnaryData, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import { MdtError } from '../core/errors.ts';
import { statusOf } from '../runtime/grpc-host.ts';
import { asUnavailable } from './node-link.ts';

/** Calls of one connection that are in the air at the same time, streams included. */
const MOST_CALLS = 64;
/** A reader that takes nothing for so long is left, in milliseconds. */
const STALLED_MS = 30_000;

export interface CallOptions {
  readonly mostCalls?: number;
  readonly stalledMs?: number;
}

/** Sends one message; resolves when there is room for the next. */
export type Send<Response> = (response: Response) => Promise<void>;

export class Calls {
  readonly #expectServed: () => void;
  readonly #onFault: (error: unknown) => void;
  readonly #mostCalls: number;
  readonly #stalledMs: number;
  /** Calls in the air, by the address and port of a connection. */
  readonly #inTheAir = new Map<string, number>();

  constructor(expectServed: () => void, onFault: (error: unknown) => void, options: CallOptions = {}) {
    this.#expectServed = expectServed;
    this.#onFault = onFault;
    this.#mostCalls = options.mostCalls ?? MOST_CALLS;
    this.#stalledMs = options.stalledMs ?? STALLED_MS;
  }

  unary<Request, Response>(answer: (request: Request) => Promise<Response> | Response) {
    return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
      const answering = async (): Promise<void> => {
        let outcome: { readonly response: Response } | { readonly failed: ReturnType<typeof statusOf> };
        try {
          outcome = { response: await this.#counted(call.getPeer(), async () => answer(readable(call.request))) };
        } catch (error) {
          outcome = { failed: this.#status(error) };
        }
        if ('failed' in outcome) callback(outcome.failed);
        else callback(null, outcome.response);
      };
      void answering();
    };
  }

  /** @param produce sends until it is done or the caller goes */
  streaming<Request, Response>(produce: (request: Request, send: Send<Response>, ended: AbortSignal) => Promise<void>) {
    return (call: ServerWritableStream<Request, Response>): void => {
      const ended = new AbortController();
      for (const event of ['cancelled', 'error', 'close']) call.on(event, () => ended.abort());
      const send: Send<Response> = async (response) => this.#send(call, response, ended.signal);
      this.#counted(call.getPeer(), async () => produce(readable(call.request), send, ended.signal)).then(
        () => call.end(),
        (error: unknown) => {
          if (!ended.signal.aborted) call.emit('error', this.#status(error));
        },
      );
    };
  }

  async #counted<T>(peer: string, work: () => Promise<T>): Promise<T> {
    const count = this.#inTheAir.get(peer) ?? 0;
    if (count >= this.#mostCalls) throw new MdtError('MDT_RATE', `more than ${this.#mostCalls} calls at a time`);
    this.#inTheAir.set(peer, count + 1);
    try {
      this.#expectServed();
      return await work();
    } finally {
      const left = (this.#inTheAir.get(peer) ?? 1) - 1;
      if (left > 0) this.#inTheAir.set(peer, left);
      else this.#inTheAir.delete(peer);
    }
  }

  /** One message waits at a time: what a reader does not take is not made. */
  async #send<Response>(
    call: Pick<ServerWritableStream<unknown, Response>, 'write'>,
    response: Response,
    ended: AbortSignal,
  ): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stalled = (): void => reject(new MdtError('MDT_RATE', 'the stream is not read'));
    const timer = setTimeout(stalled, this.#stalledMs);
    const gone = (): void => resolve();
    ended.addEventListener('abort', gone, { once: true });
    call.write(response, gone);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      ended.removeEventListener('abort', gone);
    }
  }

  #status(error: unknown): ReturnType<typeof statusOf> {
    return statusOf(asUnavailable(error), this.#onFault);
  }
}

/** @throws MdtError MDT_SCHEMA where the request is not the message that the call takes */
function readable<Request>(request: Request): Request {
  if (request instanceof MdtError) throw request;
  return request;
}
