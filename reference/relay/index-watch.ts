/** Waits for changes of the index; several that come while nobody waits are one. */
import type { AnchorIndex } from './anchor-index.ts';

export class IndexWatch {
  #fork: number | undefined;
  #wake: (() => void) | undefined;
  readonly #ended: AbortSignal;

  constructor(index: AnchorIndex, ended: AbortSignal) {
    this.#ended = ended;
    index.onChange((fork) => {
      this.#fork = Math.min(fork, this.#fork ?? fork);
      this.#wake?.();
    }, ended);
    ended.addEventListener('abort', () => this.#wake?.(), { once: true });
  }

  /** Something changed that was not waited for yet. */
  get hasChanged(): boolean {
    return this.#fork !== undefined;
  }

  /** Height of the last block that the chain has had all the time since the last call; `undefined` where the caller went. */
  async change(): Promise<number | undefined> {
    if (this.#fork === undefined && !this.#ended.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
      this.#wake = undefined;
    }
    const fork = this.#fork;
    this.#fork = undefined;
    return this.#ended.aborted ? undefined : fork;
  }
}
