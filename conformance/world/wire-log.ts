/**
 * What went over the wire between kit and target, and onto the chain. Every exchange is an event of the run, and so is every
 * transaction of the target; a check that looks at one leaves its number, so that a report can show a failure beside the
 * octets that caused it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { EventStream } from '../kit/events.ts';
import { cut, show } from '../kit/expect.ts';
import type { SecretWatch } from '../kit/secrets.ts';
import type { ChainTransaction } from './chain-index.ts';
import { decodedTransaction } from './decoded-transaction.ts';
import type { GrpcResult } from './grpc-client.ts';
import { contentOf, type HeadAnswer, type HttpFailure, type HttpResult } from './http-client.ts';

/** Numbers of the events that show what was looked at, in the order of looking. */
type Trace = Set<number>;

const numbers = new WeakMap<object, number>();
const traces = new AsyncLocalStorage<Trace>();

/** Octets of a body that are kept; the whole is in the check's values where it matters. */
const MOST_BODY = 6_000;

/** Runs a check and gives the numbers of the exchanges and transactions that it looked at. */
export async function traced(check: () => void | Promise<void>, trace: Trace): Promise<void> {
  await traces.run(trace, check);
}

/** Notes that the running check looked at what an exchange brought, or at a transaction. */
export function lookedAt(result: object | undefined): void {
  const number = result && numbers.get(result);
  if (number !== undefined) traces.getStore()?.add(number);
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The exchanges and transactions of one scene. */
export class WireLog {
  readonly #events: EventStream;
  readonly #scene: string;
  readonly #secrets: SecretWatch;
  /** Numbers of transactions that were told of, by where they stood then. */
  readonly #told = new Map<string, number | undefined>();

  constructor(events: EventStream, scene: string, secrets: SecretWatch) {
    this.#events = events;
    this.#scene = scene;
    this.#secrets = secrets;
  }

  http<R extends HttpResult | HeadAnswer | HttpFailure>({ method, path, headers = {} }: Asked, result: R): R {
    const asked = [`${method} ${path}`, ...fields(headers)].join('\n');
    return this.#note('http', asked, this.#answerText(result), result);
  }

  grpc<T>(path: string, result: GrpcResult<T>): GrpcResult<T> {
    const failed = 'failed' in result ? result.failed : undefined;
    const answer = failed
      ? [`status ${String(failed.code)}`, failed.message, failed.reason && `${failed.domain ?? ''} ${failed.reason}`]
          .filter((line) => line !== undefined && line !== '')
          .join('\n')
      : `status 0\n${printable((result as { value: T }).value)}`;
    return this.#note('grpc', path, this.#secrets.redact(answer), result);
  }

  /** Told once for each place in which it stands: unconfirmed, in a block, in another after a reorganisation. */
  transaction(tx: ChainTransaction): void {
    const place = `${tx.txid} ${tx.block?.hash ?? ''}`;
    if (!this.#told.has(place)) {
      const decoded = decodedTransaction(tx, (text) => this.#secrets.redact(text));
      this.#told.set(place, this.#events.emit({ type: 'transaction', scene: this.#scene, ...decoded }));
    }
    const number = this.#told.get(place);
    if (number !== undefined) numbers.set(tx, number);
  }

  /** Secrets blotted out: a body is cut first, since it may be a megabyte. */
  #answerText(result: HttpResult | HeadAnswer | HttpFailure): string {
    if ('failed' in result) return this.#secrets.redact(`no answer: ${result.failed}`);
    const head = this.#secrets.redact([String(result.status), ...fields(result.headers)].join('\n'));
    if (!('body' in result)) return result.content === 0 ? head : `${head}\n\n(${String(result.content)} octets)`;
    const body = contentOf(result);
    if (body.length === 0) return head;
    const text = body.subarray(0, MOST_BODY).toString('utf8');
    return `${head}\n\n${body.length > MOST_BODY ? this.#secrets.redactCut(text) : this.#secrets.redact(text)}`;
  }

  #note<R extends object>(protocol: 'http' | 'grpc', request: string, answer: string, result: R): R {
    const number = this.#events.emit({
      type: 'exchange',
      scene: this.#scene,
      protocol,
      request: cut(this.#secrets.redact(request)),
      answer: cut(answer),
    });
    if (number !== undefined) numbers.set(result, number);
    return result;
  }
}

function fields(headers: Readonly<Record<string, string | string[] | undefined>>): string[] {
  return Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${show(value)}`]));
}

/** A message as JSON. */
export function printable(message: unknown): string {
  return JSON.stringify(message, asHex) ?? '';
}

/** Octets as hexadecimal, integers of 64 bits as text. */
function asHex(this: Readonly<Record<string, unknown>>, name: string, value: unknown): unknown {
  const part = this[name]; // `value` is what Buffer makes of itself for JSON, a list of numbers
  if (part instanceof Uint8Array) return Buffer.from(part).toString('hex');
  return typeof value === 'bigint' ? String(value) : value;
}
