/** The service's clock, which a test may move (control line `clock`, on regtest only). */
export class Clock {
  #offsetSeconds: number;

  constructor(offsetSeconds = 0) {
    this.#offsetSeconds = offsetSeconds;
  }

  /** Seconds since 1970, whole. */
  now(): number {
    return Math.floor(Date.now() / 1000) + this.#offsetSeconds;
  }

  setOffset(seconds: number): void {
    this.#offsetSeconds = seconds;
  }
}
