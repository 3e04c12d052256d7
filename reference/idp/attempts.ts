/** How often somebody has failed lately, by name and by address, so that guessing is slow. */

/** Failed attempts within the window; then whoever it is has to wait. */
const MOST_FAILURES = 10;
const WINDOW_SECONDS = 300;
/** Sources that are remembered; the oldest are forgotten first. */
const MOST_REMEMBERED = 10_000;

export class Attempts {
  readonly #now: () => number;
  readonly #failures = new Map<string, number[]>();

  /** @param now seconds since 1970 */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Counts an attempt of all sources, which is a failure until it is forgiven: so those that are made at once count, too.
   * @returns `undefined` where one of them has failed too often
   */
  begin(sources: readonly string[]): { readonly forgive: () => void } | undefined {
    if (sources.some((source) => this.#recent(source).length >= MOST_FAILURES)) return undefined;
    for (const source of sources) this.#remember(source);
    return { forgive: () => sources.forEach((source) => this.#failures.get(source)?.pop()) };
  }

  #recent(source: string): number[] {
    const since = this.#now() - WINDOW_SECONDS;
    return (this.#failures.get(source) ?? []).filter((at) => at > since);
  }

  #remember(source: string): void {
    const recent = [...this.#recent(source), this.#now()];
    this.#failures.delete(source); // to the end of the order
    this.#failures.set(source, recent);
    if (this.#failures.size <= MOST_REMEMBERED) return;
    const [oldest = ''] = this.#failures.keys();
    this.#failures.delete(oldest);
  }
}
