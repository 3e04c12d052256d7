/** Whose turn it is to be worked for: connections one after the other, and never so long that nobody is listened to meanwhile. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** Work goes on for so long before what came meanwhile is read, in milliseconds. */
const SLICE_MS = 5;

export class Turns {
  readonly #sliceMs: number;
  readonly #of = new AsyncLocalStorage<string>();
  /** Who waits, by connection; the first connection is next. */
  readonly #waiting = new Map<string, (() => void)[]>();
  /** When the slice began, until the event loop comes round. */
  #began: number | undefined;
  #serving = false;

  constructor(sliceMs: number = SLICE_MS) {
    this.#sliceMs = sliceMs;
  }

  /** Does `work` for a connection: what it waits for by `turn` is a turn of that one. */
  as<T>(connection: string, work: () => T): T {
    return this.#of.run(connection, work);
  }

  /** Resolves when it is the turn of the connection that is worked for. */
  async turn(): Promise<void> {
    if (!this.#serving && this.#waiting.size === 0 && this.#isOpen()) {
      this.#give();
      return undefined;
    }
    const connection = this.#of.getStore() ?? '';
    const { promise, resolve } = Promise.withResolvers<void>();
    const queue = this.#waiting.get(connection);
    if (queue) queue.push(resolve);
    else this.#waiting.set(connection, [resolve]);
    this.#goOn();
    return promise;
  }

  #goOn(): void {
    if (this.#serving || this.#waiting.size === 0) return;
    this.#serving = true;
    process.nextTick(this.#serve);
  }

  readonly #begin = (): void => {
    this.#began = undefined;
    this.#goOn();
  };

  readonly #serve = (): void => {
    this.#serving = false;
    const [first] = this.#waiting;
    if (!first || !this.#isOpen()) return;
    const [connection, queue] = first;
    const resolve = queue.shift();
    this.#waiting.delete(connection);
    if (queue.length > 0) this.#waiting.set(connection, queue);
    resolve?.();
    this.#give();
  };

  /** Whether the slice lasts; the first turn after the event loop came round begins one. */
  #isOpen(): boolean {
    if (this.#began !== undefined) return performance.now() - this.#began < this.#sliceMs;
    this.#began = performance.now();
    setImmediate(this.#begin);
    return true;
  }

  /** The next turn comes by a tick that a microtask asks for: when all is done that this one led to. */
  #give(): void {
    this.#serving = true;
    queueMicrotask(this.#after);
  }

  readonly #after = (): void => process.nextTick(this.#serve);
}
