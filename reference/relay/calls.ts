/** How the calls of a relay are answered: so many of one client at a time, in turns, and streams as fast as they are read (MDT-RLY-035). */
import type { sendUnaryData, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import { MdtError } from '../core/errors.ts';
import { statusOf } from '../runtime/grpc-host.ts';
import { asUnavailable } from './node-link.ts';
import { Shares, type ShareLimits } from './shares.ts';
import { Turns } from './turns.ts';

/** A reader that takes nothing for so long is left, in milliseconds. */
const STALLED_MS = 30_000;

export interface CallOptions extends ShareLimits {
  readonly turns?: Turns;
  readonly stalledMs?: number;
}

/** Sends one message; resolves when there is room for the next. */
export type Send<Response> = (response: Response) => Promise<void>;

export class Calls {
  readonly #expectServed: () => void;
  readonly #onFault: (error: unknown) => void;
  readonly #stalledMs: number;
  readonly #shares: Shares;
  readonly #turns: Turns;

  constructor(expectServed: () => void, onFault: (error: unknown) => void, options: CallOptions = {}) {
    this.#expectServed = expectServed;
    this.#onFault = onFault;
    this.#stalledMs = options.stalledMs ?? STALLED_MS;
    this.#shares = new Shares(options);
    this.#turns = options.turns ?? new Turns();
  }

  /** Calls in the air: those that are worked on, and those whose answer is not taken. */
  get inTheAir(): number {
    return this.#shares.taken;
  }

  unary<Request, Response>(answer: (request: Request) => Promise<Response> | Response) {
    return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
      const peer = call.getPeer(); // asked once: each time it goes through the session to the socket
      const answering = async (): Promise<void> => {
        let outcome: { readonly response: Response } | { readonly failed: ReturnType<typeof statusOf> };
        let release: (() => void) | undefined;
        try {
          release = await this.#admit(peer);
          if (call.cancelled) {
            release(); // nobody waits for it
            return;
          }
          this.#expectServed();
          outcome = { response: await answer(readable(call.request)) };
        } catch (error) {
          outcome = { failed: this.#status(error) };
        }
        // An answer is held until it is taken, or the call is given up; the library says of both that it is cancelled.
        if (release && call.cancelled) release();
        else if (release) call.once('cancelled', release);
        if ('failed' in outcome) callback(outcome.failed);
        else callback(null, outcome.response);
      };
      void this.#turns.as(peer, answering);
    };
  }

  /** @param produce sends until it is done or the caller goes */
  streaming<Request, Response>(produce: (request: Request, send: Send<Response>, ended: AbortSignal) => Promise<void>) {
    return (call: ServerWritableStream<Request, Response>): void => {
      const ended = new AbortController();
      for (const event of ['cancelled', 'error', 'close']) call.on(event, () => ended.abort());
      const send: Send<Response> = async (response) => this.#send(call, response, ended.signal);
      const answering = async (): Promise<void> => {
        const release = await this.#admit(call.getPeer());
        try {
          this.#expectServed();
          if (!ended.signal.aborted) await produce(readable(call.request), send, ended.signal);
        } finally {
          release();
        }
      };
      this.#turns.as(call.getPeer(), answering).then(
        () => call.end(),
        (error: unknown) => {
          if (!ended.signal.aborted) call.emit('error', this.#status(error));
        },
      );
    };
  }

  /**
   * Waits for its turn to refuse as to answer: what is refused at once is asked again at once, and takes the time of all.
   * @throws MdtError MDT_RATE
   */
  async #admit(peer: string): Promise<() => void> {
    const release = this.#shares.take(peer);
    await this.#turns.turn();
    if (!release) throw new MdtError('MDT_RATE', 'more calls at a time than one client may have');
    return release;
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
      await this.#turns.turn();
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
