/**
 * Notices new blocks, reorganisations and outages. The node is asked to answer when its chain has grown, so that nothing
 * is asked while nothing happens; a node that cannot wait is asked for its best block again and again.
 */
import type { ChainBackend } from './chain-backend.ts';

/** How long a node may wait, and how long a pause is between two questions, in milliseconds. */
export interface Pace {
  /** A reorganisation that brings no higher block shows only after it. Well below the deadline of a call (rpc-client.ts). */
  readonly waitMs: number;
  readonly pollMs: number;
}

/** Blocks come every 200 ms while a target is certified; elsewhere every ten minutes. */
export const PACE: { readonly regtest: Pace; readonly elsewhere: Pace } = {
  regtest: { waitMs: 500, pollMs: 100 },
  elsewhere: { waitMs: 10_000, pollMs: 5_000 },
};

export class BlockWatcher {
  readonly #node: ChainBackend;
  readonly #pace: Pace;
  /** Hash of the block that was given last. */
  #seen = '';
  /** Height of the best block, as the node said last; −1 where that is not known. */
  #height = -1;
  /** Whether the node takes the call that waits. After an outage it may be another node. */
  #waits = true;

  constructor(node: ChainBackend, pace: Pace) {
    this.#node = node;
    this.#pace = pace;
  }

  /**
   * Waits until the best block is another than at the last call, the node stops answering, or the signal
   * is aborted. It never rejects: what is wrong shows when the caller asks the node.
   * @returns hash of the best block, `undefined` where the node does not answer
   */
  async change(signal: AbortSignal): Promise<string | undefined> {
    while (!signal.aborted) {
      const asked = performance.now();
      const best = await unlessAborted(this.#best(), signal);
      if (signal.aborted) return undefined;
      if (best !== undefined && best !== this.#seen) {
        this.#seen = best;
        return best;
      }
      // A node that says at once that nothing is new must not be asked without end.
      await pause(this.#pace.pollMs - (performance.now() - asked), signal);
      if (best === undefined) return undefined;
    }
    return undefined;
  }

  /** Waits as long as between two questions and forgets the block: what was to be done at it failed and is tried again. */
  async retry(signal: AbortSignal): Promise<void> {
    this.#seen = '';
    this.#height = -1;
    await pause(this.#pace.pollMs, signal);
  }

  async #best(): Promise<string | undefined> {
    return (this.#waits ? await this.#grown() : undefined) ?? this.#now();
  }

  async #grown(): Promise<string | undefined> {
    try {
      const { hash, height } = await this.#node.tipAbove(this.#height, this.#pace.waitMs);
      this.#height = height;
      return hash;
    } catch {
      return undefined;
    }
  }

  /** A node that answers this, and not the call that waits, is not asked to wait again. */
  async #now(): Promise<string | undefined> {
    try {
      const best = await this.#node.bestBlockHash();
      this.#waits = false;
      return best;
    } catch {
      this.#waits = true;
      this.#height = -1;
      return undefined;
    }
  }
}

/** What a promise that never rejects gives, `undefined` where the signal is aborted before. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const wake = (): void => resolve(undefined);
  signal.addEventListener('abort', wake, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', wake);
  }
}

/** Sleeps, but not longer than the signal allows. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || milliseconds <= 0) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  await unlessAborted(promise, signal);
  clearTimeout(timer);
}
