/**
 * Splits what a target writes into lines, with caps: a line longer than `maxOctets` is cut and marked,
 * and nothing is kept beyond it. Invalid UTF-8 becomes U+FFFD; escapes are left for the renderers to handle.
 */
export class LineSplitter {
  readonly #maxOctets: number;
  readonly #onLine: (line: string) => void;
  #held: Buffer[] = [];
  #size = 0;
  #cut = false;

  constructor(onLine: (line: string) => void, maxOctets: number = 64 * 1024) {
    this.#onLine = onLine;
    this.#maxOctets = maxOctets;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(0x0a, start); end !== -1; end = chunk.indexOf(0x0a, start)) {
      this.#hold(chunk.subarray(start, end));
      this.end();
      start = end + 1;
    }
    this.#hold(chunk.subarray(start));
  }

  /** Gives out what is held as a last line, if there is anything. */
  end(): void {
    if (this.#size > 0) this.#onLine(Buffer.concat(this.#held).toString('utf8') + (this.#cut ? ' …[line cut]' : ''));
    this.#held = [];
    this.#size = 0;
    this.#cut = false;
  }

  #hold(part: Buffer): void {
    const room = this.#maxOctets - this.#size;
    if (part.length > room) this.#cut = true;
    if (room <= 0 || part.length === 0) return;
    // Copied: a subarray would keep the whole chunk alive.
    this.#held.push(Buffer.from(part.subarray(0, room)));
    this.#size += Math.min(part.length, room);
  }
}
