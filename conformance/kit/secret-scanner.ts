/**
 * Finds many byte strings in one pass over what a target wrote, which may be hundreds of megabytes. The algorithm is that of
 * Wu and Manber: two octets at a time tell how far one may jump without missing the start of anything, and as what is looked for
 * is mostly 32 octets long and more, most octets are never looked at.
 */

/** What is shorter has too little to jump by, and is looked for by itself. */
const SHORTEST = 8;
const BLOCK = 2;

interface Pattern<T> {
  readonly octets: Buffer;
  readonly meaning: T;
}

export class SecretScanner<T> {
  readonly #short: Pattern<T>[];
  /** Patterns by the last two octets of their first `#window`. */
  readonly #byBlock = new Map<number, Pattern<T>[]>();
  readonly #jumps: Uint8Array;
  /** Length of the shortest of the long patterns. */
  readonly #window: number;

  constructor(patterns: readonly Pattern<T>[]) {
    const long = patterns.filter(({ octets }) => octets.length >= SHORTEST);
    this.#short = patterns.filter(({ octets }) => octets.length > 0 && octets.length < SHORTEST);
    this.#window = Math.min(255, ...long.map(({ octets }) => octets.length));
    this.#jumps = new Uint8Array(0x1_0000).fill(this.#window - BLOCK + 1);
    for (const pattern of long) this.#learn(pattern);
    if (long.length === 0) this.#window = 0;
  }

  /** The meanings of all patterns that stand in `text`, each once. */
  find(text: Buffer): Set<T> {
    const found = new Set<T>();
    for (const { octets, meaning } of this.#short) if (text.includes(octets)) found.add(meaning);
    if (this.#window === 0) return found;
    for (let end = this.#window - 1; end < text.length;) {
      const block = ((text[end - 1] ?? 0) << 8) | (text[end] ?? 0);
      const jump = this.#jumps[block] ?? 1;
      if (jump === 0) this.#compare(text, end, block, found);
      end += jump === 0 ? 1 : jump;
    }
    return found;
  }

  #learn(pattern: Pattern<T>): void {
    for (let end = BLOCK - 1; end < this.#window; end++) {
      const block = ((pattern.octets[end - 1] ?? 0) << 8) | (pattern.octets[end] ?? 0);
      this.#jumps[block] = Math.min(this.#jumps[block] ?? 0, this.#window - 1 - end);
      if (end === this.#window - 1) this.#byBlock.set(block, [...(this.#byBlock.get(block) ?? []), pattern]);
    }
  }

  #compare(text: Buffer, end: number, block: number, found: Set<T>): void {
    const from = end - this.#window + 1;
    for (const { octets, meaning } of this.#byBlock.get(block) ?? []) {
      const to = from + octets.length;
      if (to <= text.length && text.compare(octets, 0, octets.length, from, to) === 0) found.add(meaning);
    }
  }
}
