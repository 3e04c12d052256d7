/** Deterministic octets of a seed, for stimuli: the same seed gives the same run. SHA-256 in counter mode; not for secrets of real use. */
import { createHash } from 'node:crypto';

export class SeededRandom {
  readonly seed: string;

  constructor(seed: string) {
    this.seed = seed;
  }

  /** Octets that depend on the seed and on `label` only, never on the order of calls. Up to 32. */
  octets(label: string, length = 32): Buffer {
    return createHash('sha256').update(`${this.seed}/${label}`).digest().subarray(0, length);
  }

  hex(label: string, length = 32): string {
    return this.octets(label, length).toString('hex');
  }
}
