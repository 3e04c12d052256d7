/**
 * Exceptions that nobody caught while checks run: thrown by a timer or a socket, or a promise that nobody awaited.
 * They are the kit's own fault, and cost the check that runs at that moment, or the next one. mocha swallows
 * some of them and ends the process for others, so its own listeners are taken off. Of runs side by side none can be told
 * to be the one at fault, so each is charged.
 */
import type { Runner } from 'mocha';

/** Of the runs under way. One listener for all: from the eleventh on, Node would warn of a leak. */
const open = new Set<Strays>();
const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;
function onStray(thrown: unknown): void {
  for (const strays of open) strays.take(thrown);
}

export class Strays {
  #reject: ((error: Error) => void) | undefined;
  readonly #kept: Error[] = [];

  /** Charges the check that runs, or the next one. */
  take(thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error(`thrown and not caught: ${String(thrown)}`);
    if (this.#reject) this.#reject(error);
    else this.#kept.push(error);
  }

  /** From now on, in the place of mocha. */
  begin(runner: Runner): void {
    if (open.size === 0) for (const event of EVENTS) process.on(event, onStray);
    open.add(this);
    const { uncaught, unhandled } = runner as unknown as Record<'uncaught' | 'unhandled', () => void>;
    process.off('uncaughtException', uncaught).off('unhandledRejection', unhandled);
  }

  /** @throws the first stray that no check could be charged with */
  end(): void {
    open.delete(this);
    if (open.size === 0) for (const event of EVENTS) process.off(event, onStray);
    const [left] = this.#kept;
    if (left) throw left;
  }

  /** Runs a check; rejects with what strays meanwhile, or strayed before it. */
  async during(run: () => Promise<void>): Promise<void> {
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => undefined); // may come when the check is over
    this.#reject = reject;
    const before = this.#kept.shift();
    if (before) reject(before);
    try {
      await Promise.race([promise, run()]);
    } finally {
      this.#reject = undefined;
    }
  }
}
