/** Notices new blocks, reorganisations and outages by asking for the best block's hash. */
import type { BitcoinNode } from './bitcoin-node.ts';

/** Blocks come every 200 ms while a target is certified; elsewhere every ten minutes. */
export const POLL_MS = { regtest: 100, elsewhere: 5_000 } as const;

export class BlockWatcher {
  readonly #node: BitcoinNode;
  readonly #pollMs: number;
  #seen = '';

  constructor(node: BitcoinNode, pollMs: number) {
    this.#node = node;
    this.#pollMs = pollMs;
  }

  /**
   * Waits until the best block is another than at the last call, the node stops answering, or the signal
   * is aborted. It never rejects: what is wrong shows when the caller asks the node.
   * @returns hash of the best block, `undefined` where the node does not answer
   */
  async change(signal: AbortSignal): Promise<string | undefined> {
    while (!signal.aborted) {
      const best = await this.#best();
      if (best !== undefined && best !== this.#seen) {
        this.#seen = best;
        return best;
      }
      await pause(this.#pollMs, signal);
      if (best === undefined) return undefined;
    }
    return undefined;
  }

  /** Waits as long as between two questions and forgets the block: what was to be done at it failed and is tried again. */
  async retry(signal: AbortSignal): Promise<void> {
    this.#seen = '';
    await pause(this.#pollMs, signal);
  }

  async #best(): Promise<string | undefined> {
    try {
      return await this.#node.bestBlockHash();
    } catch {
      return undefined;
    }
  }
}

/** Sleeps, but not longer than the signal allows. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = (): void => resolve();
  const timer = setTimeout(wake, milliseconds);
  signal.addEventListener('abort', wake, { once: true });
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', wake);
}
