/**
 * Health tests of the source of randomness in the manner of NIST SP 800-90B, section 4.4, at start-up and
 * on every octet drawn. A source that fails stays failed until the process is started again: nothing is
 * issued from it (MDT-KEY-001).
 */
import { MdtError } from '../core/errors.ts';

/** Gives `length` octets. */
export type RandomSource = (length: number) => Uint8Array;

/**
 * Min-entropy assumed of an octet, in bits. The default source is an SP 800-90A DRBG with eight; half is
 * assumed, so that an honest source never alarms in a service's life (below) and a stuck or lopsided one does.
 */
const ASSUMED_BITS = 4;
/** Probability of a false alarm: 2^-30 for each octet drawn, under the assumption above. */
const ALPHA_BITS = 30;
/** SP 800-90B, 4.4.2: window of the adaptive proportion test of a source that is not binary. */
const WINDOW = 512;
/** SP 800-90B, 4.3: at least 1,024 consecutive samples before the first output. */
const START_UP_OCTETS = 1024;

/** Cutoff of the repetition count test: 1 + ⌈α-bits / H⌉ (SP 800-90B, 4.4.1). */
export function repetitionCutoff(assumedBits: number, alphaBits: number): number {
  return 1 + Math.ceil(alphaBits / assumedBits);
}

/**
 * Cutoff of the adaptive proportion test: 1 + CRITBINOM(W, 2^-H, 1 − α) (SP 800-90B, 4.4.2), which is the
 * least number of equal samples in a window that an honest source exceeds with probability below α.
 */
export function proportionCutoff(window: number, assumedBits: number, alphaBits: number): number {
  const p = 2 ** -assumedBits;
  // From the far end of the tail, where the terms are smallest, so that none is lost in the sum.
  let tail = 0;
  for (let successes = window; successes >= 0; successes -= 1) {
    tail += Math.exp(logBinomial(window, successes) + successes * Math.log(p) + (window - successes) * Math.log1p(-p));
    if (tail > 2 ** -alphaBits) return 1 + successes;
  }
  return 1;
}

function logBinomial(n: number, k: number): number {
  let sum = 0;
  for (let index = 1; index <= Math.min(k, n - k); index += 1) sum += Math.log((n - index + 1) / index);
  return sum;
}

const REPETITION_CUTOFF = repetitionCutoff(ASSUMED_BITS, ALPHA_BITS);
const PROPORTION_CUTOFF = proportionCutoff(WINDOW, ASSUMED_BITS, ALPHA_BITS);

export class Entropy {
  readonly #source: RandomSource;
  #failure: MdtError | undefined;
  // Repetition count test: the last octet and how often in a row it came.
  #last = -1;
  #repeats = 0;
  // Adaptive proportion test: the octet that opened the window, how often it came, octets seen of the window.
  #watched = -1;
  #occurrences = 0;
  #seen = WINDOW;

  /**
   * Runs the start-up test; what it draws is thrown away.
   * @throws MdtError MDT_ENTROPY
   */
  constructor(source: RandomSource) {
    this.#source = source;
    this.draw(START_UP_OCTETS);
  }

  /**
   * `length` octets that passed the continuous tests.
   * @throws MdtError MDT_ENTROPY, at this and every later call once the source has failed
   */
  draw(length: number): Uint8Array {
    if (this.#failure) throw this.#failure;
    const octets = this.#ask(length);
    if (octets.length !== length) this.#fail(`${octets.length} octets came, ${length} were asked for`);
    for (const octet of octets) this.#test(octet);
    return octets;
  }

  #ask(length: number): Uint8Array {
    try {
      return this.#source(length);
    } catch (cause) {
      return this.#fail('the source of randomness does not answer', cause);
    }
  }

  #test(octet: number): void {
    this.#repeats = octet === this.#last ? this.#repeats + 1 : 1;
    this.#last = octet;
    if (this.#repeats >= REPETITION_CUTOFF) this.#fail('the repetition count test failed');
    if (this.#seen === WINDOW) {
      this.#watched = octet;
      this.#occurrences = 0;
      this.#seen = 0;
    }
    this.#seen += 1;
    if (octet === this.#watched) this.#occurrences += 1;
    if (this.#occurrences >= PROPORTION_CUTOFF) this.#fail('the adaptive proportion test failed');
  }

  #fail(message: string, cause?: unknown): never {
    this.#failure = new MdtError('MDT_ENTROPY', message, { field: 'entropy', cause });
    throw this.#failure;
  }
}
