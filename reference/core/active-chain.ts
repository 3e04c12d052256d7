/** The active chain of a reader: headers by height from its checkpoint on, with the work up to each. */
import type { ChainParameters } from '../gen/schemas.ts';
import { headerOf, TIME_AT } from './block-header.ts';
import { HASH_OCTETS } from './sha256.ts';
import type { ChainedHeader } from './chained-header.ts';
import { targetOf, workOf } from './compact-target.ts';
import { MEDIAN_SPAN } from './header-rules.ts';
import { agree, HeaderStore, uint32 } from './header-store.ts';

/** All headers from one adjustment of difficulty to the next have the same bits. */
interface Period {
  readonly bits: number;
  /** Of one header. */
  readonly work: bigint;
  /** Of the chain before its first header. */
  readonly before: bigint;
}

export class ActiveChain {
  readonly base: ChainedHeader;
  readonly #interval: number;
  readonly #headers = new HeaderStore();
  readonly #periods: Period[] = [];
  /** Times of the last headers, at most `MEDIAN_SPAN`, the newest last. */
  #times: number[];
  #tipHash: Uint8Array;
  #tip: ChainedHeader | undefined;

  constructor(base: ChainedHeader, { interval }: ChainParameters) {
    this.base = base;
    this.#interval = interval;
    this.#headers.push(base.octets);
    const work = workOf(targetOf(base.bits) ?? 0n);
    const count = BigInt((base.height % interval) + 1);
    this.#periods.push({ bits: base.bits, work, before: base.work - work * count });
    this.#times = [base.time];
    this.#tipHash = base.hash;
  }

  get tip(): ChainedHeader {
    return (this.#tip ??= this.height === this.base.height ? this.base : this.#view(this.height, this.#tipHash));
  }

  get tipHash(): Uint8Array {
    return this.#tipHash;
  }

  get height(): number {
    return this.base.height + this.#headers.count - 1;
  }

  /** Times of the last headers from the checkpoint on, at most 11. */
  get lastTimes(): readonly number[] {
    return this.#times;
  }

  /** Appends a header that follows the tip. */
  push(octets: Uint8Array, hash: Uint8Array, bits: number): void {
    const height = this.height + 1;
    if (height % this.#interval === 0) {
      const work = workOf(targetOf(bits) ?? 0n);
      this.#periods.push({ bits, work, before: this.workAt(height - 1) });
    }
    this.#headers.push(octets);
    this.#times.push(uint32(octets, TIME_AT));
    if (this.#times.length > MEDIAN_SPAN) this.#times.shift();
    this.#tipHash = hash;
    this.#tip = undefined;
  }

  /** Leaves what is not above a height. */
  cut(height: number): void {
    const tip = this.at(height);
    if (tip === undefined || height === this.height) return;
    this.#headers.cut(height - this.base.height + 1);
    this.#periods.length = this.#periodOf(height) + 1;
    this.#times = [];
    for (let at = Math.max(this.base.height, height - MEDIAN_SPAN + 1); at <= height; at += 1)
      this.#times.push(this.timeAt(at));
    this.#tipHash = tip.hash;
    this.#tip = tip;
  }

  at(height: number): ChainedHeader | undefined {
    const place = height - this.base.height;
    if (place === 0) return this.base;
    if (height === this.height) return this.tip;
    return place > 0 && place < this.#headers.count ? this.#view(height, this.#headers.hashBelow(place)) : undefined;
  }

  /** Whether the header at a height is these octets. */
  holds(height: number, octets: Uint8Array): boolean {
    return height >= this.base.height && this.#headers.holds(height - this.base.height, octets);
  }

  /** Seconds since 1970, of a height that there is. */
  timeAt(height: number): number {
    return this.#headers.timeAt(height - this.base.height);
  }

  bitsAt(height: number): number {
    return this.#period(height).bits;
  }

  workAt(height: number): bigint {
    const { work, before } = this.#period(height);
    return before + work * BigInt((height % this.#interval) + 1);
  }

  /** The height of the header with a hash, as computed. */
  heightOf(hash: Uint8Array): number | undefined {
    if (agree(hash, 0, this.#tipHash, 0, HASH_OCTETS)) return this.height;
    const place = this.#headers.placeOf(hash);
    return place === undefined ? undefined : this.base.height + place;
  }

  /** Octets of the headers after the checkpoint, one after the other. */
  octets(): Uint8Array {
    return this.#headers.octets(1);
  }

  #period(height: number): Period {
    const period = this.#periods[this.#periodOf(height)];
    if (period === undefined) throw new RangeError(`no header at ${height}`);
    return period;
  }

  #periodOf(height: number): number {
    return Math.floor(height / this.#interval) - Math.floor(this.base.height / this.#interval);
  }

  #view(height: number, hash: Uint8Array): ChainedHeader {
    const octets = this.#headers.at(height - this.base.height).slice(); // what lies in the store may change
    return { ...headerOf(octets, hash), octets, height, work: this.workAt(height) };
  }
}
