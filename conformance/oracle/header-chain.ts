/**
 * Chains of headers by the rules of spec 7.1, from a checkpoint that is believed. Compact targets are read and
 * written by their hexadecimal digits, so that an error in shifting is not made twice.
 */
import type { ChainCheckpoint, ChainParameters } from '../../reference/gen/schemas.ts';
import { hash256 } from './digest.ts';
import { displayed, previousOf } from './merkle.ts';
import { Refusal } from './refusal.ts';

const TWO_HOURS = 7_200;

/** A header with what the rules ask about it. */
export interface PlacedHeader {
  hash: string;
  height: number;
  time: number;
  bits: string;
  /** Of the chain up to and with it. */
  work: bigint;
  /** Hash of the one before. */
  previous: string;
}

/** All headers known, by hash, in the order in which they were seen. */
export class HeaderTree {
  readonly #parameters: ChainParameters;
  readonly #times: readonly number[];
  readonly #periodTime: number | undefined;
  readonly #known = new Map<string, PlacedHeader>();
  /** Below the checkpoint, which commits to them. */
  readonly #earlier = new Map<string, PlacedHeader>();
  readonly #base: PlacedHeader;

  constructor(parameters: ChainParameters, checkpoint: ChainCheckpoint) {
    const header = Buffer.from(checkpoint.header, 'hex');
    const [hash, bits] = [displayed(hash256(header)), bitsOf(header)];
    const wrong = (): never => {
      throw new Refusal('MDT_WRONG_CHAIN', '/checkpoint', 'not a checkpoint of this chain');
    };
    if (hash !== checkpoint.hash) wrong();
    if (checkpoint.height % parameters.interval !== 0 && checkpoint.period_time === undefined) wrong();
    if (checkpoint.height === 0 && hash !== parameters.genesis) wrong();
    this.#parameters = parameters;
    this.#times = checkpoint.previous_times;
    this.#periodTime = checkpoint.period_time;
    this.#refuseTarget(hash, bits, '/checkpoint/header');
    const work = BigInt(`0x${checkpoint.chainwork}`);
    const { height } = checkpoint;
    this.#base = { hash, height, time: header.readUInt32LE(68), bits, work, previous: previousOf(header) };
    this.#known.set(hash, this.#base);
  }

  /** The header with most work; of equals the one seen first. */
  get best(): PlacedHeader {
    return [...this.#known.values()].reduce((best, each) => (each.work > best.work ? each : best));
  }

  /** From the lowest header below the checkpoint to the best header. */
  get active(): PlacedHeader[] {
    return this.#chainOf(this.best).reverse();
  }

  /** The middle one of a header's time and the ten before it. */
  medianTimePast(header: PlacedHeader): number {
    const isBelow = header.height < this.#base.height;
    const path = this.#chainOf(header, 11).filter(({ height }) => isBelow || height >= this.#base.height);
    const before = isBelow ? [] : [...this.#times].reverse();
    const times = [...path.map(({ time }) => time), ...before].slice(0, 11).sort((a, b) => a - b);
    return times[Math.floor(times.length / 2)] ?? 0;
  }

  /**
   * Takes the headers of one source; those that stand before a fault stay.
   * @param taken is given each header in its place, those that were there before, too
   */
  read(headers: readonly Uint8Array[], now: number, taken: PlacedHeader[] = []): void {
    for (const [index, octets] of headers.entries()) {
      const field = `/${String(index)}`;
      const header = Buffer.from(octets);
      if (header.length !== 80) throw new Refusal('MDT_HEADER_FORMAT', field, `${String(header.length)} octets`);
      const before = headers[index - 1];
      if (before && previousOf(header) !== displayed(hash256(before)))
        throw new Refusal('MDT_HEADER_LINK', field, 'does not link');
      const hash = displayed(hash256(header));
      if (!this.#known.has(hash)) this.#place(header, hash, now, field);
      const placed = this.#known.get(hash);
      if (placed) taken.push(placed);
    }
  }

  /** Takes headers the last of which is the one before the checkpoint. */
  readEarlier(headers: readonly Buffer[]): void {
    let after = this.#base;
    const taken: PlacedHeader[] = [];
    for (const header of [...headers].reverse()) {
      const hash = displayed(hash256(header));
      if (header.length !== 80 || hash !== after.previous) throw new Refusal('MDT_HEADER_LINK', '', 'does not link');
      const [height, previous] = [after.height - 1, previousOf(header)];
      after = { hash, height, time: header.readUInt32LE(68), bits: bitsOf(header), work: 0n, previous };
      taken.push(after);
    }
    for (const each of taken) this.#earlier.set(each.hash, each);
  }

  #place(header: Buffer, hash: string, now: number, field: string): void {
    const parent = this.#known.get(previousOf(header));
    if (!parent) throw new Refusal('MDT_WRONG_CHAIN', field, 'follows nothing that is known');
    const [bits, time, height] = [bitsOf(header), header.readUInt32LE(68), parent.height + 1];
    if (bits !== this.#bitsAt(height, parent)) throw new Refusal('MDT_BITS', field, `bits ${bits}`);
    const target = this.#refuseTarget(hash, bits, field);
    if (time <= this.medianTimePast(parent)) throw new Refusal('MDT_HEADER_TIME', field, 'not after the median');
    if (time - now > TWO_HOURS) throw new Refusal('MDT_HEADER_FUTURE', field, 'ahead of the clock');
    const work = parent.work + 2n ** 256n / (target + 1n);
    this.#known.set(hash, { hash, height, time, bits, work, previous: parent.hash });
  }

  #refuseTarget(hash: string, bits: string, field: string): bigint {
    const target = targetOf(bits);
    if (target === 0n || target > targetOf(this.#parameters.pow_limit_bits))
      throw new Refusal('MDT_BITS', field, 'no target of this chain');
    if (BigInt(`0x${hash}`) > target) throw new Refusal('MDT_POW', field, 'the hash is above the target');
    return target;
  }

  #bitsAt(height: number, parent: PlacedHeader): string {
    const { retarget, interval } = this.#parameters;
    if (!retarget || height % interval !== 0) return parent.bits;
    const first = this.#chainOf(parent, interval).find((each) => each.height === height - interval);
    const isKnown = first !== undefined && first.height >= this.#base.height;
    return nextBits(this.#parameters, parent.bits, (isKnown ? first.time : this.#periodTime) ?? 0, parent.time);
  }

  /** A header and those before it, newest first, at most so many. */
  #chainOf(from: PlacedHeader, most = Infinity): PlacedHeader[] {
    const chain: PlacedHeader[] = [];
    for (let at: PlacedHeader | undefined = from; at && chain.length < most; at = this.#before(at)) chain.push(at);
    return chain;
  }

  #before({ previous }: PlacedHeader): PlacedHeader | undefined {
    return this.#known.get(previous) ?? this.#earlier.get(previous);
  }
}

/** nBits after an interval with these nBits, from the times of its first and last header. */
export function nextBits(
  { target_timespan_seconds: aim, pow_limit_bits: limit }: ChainParameters,
  bits: string,
  firstTime: number,
  lastTime: number,
): string {
  const span = Math.max(Math.floor(aim / 4), Math.min(aim * 4, lastTime - firstTime));
  const target = (targetOf(bits) * BigInt(span)) / BigInt(aim);
  return target > targetOf(limit) ? compactOf(targetOf(limit)) : compactOf(target);
}

/** nBits of a header as RPC prints them. */
function bitsOf(header: Buffer): string {
  return Buffer.from(header.subarray(72, 76)).reverse().toString('hex');
}

/** First two digits: length in octets; the other six: the most significant ones. 0 where there is no such target. */
function targetOf(bits: string): bigint {
  const length = Number.parseInt(bits.slice(0, 2), 16);
  const digits = bits.slice(2);
  if (Number.parseInt(digits[0] ?? '0', 16) >= 8) return 0n;
  const whole = length >= 3 ? digits + '00'.repeat(length - 3) : digits.slice(0, 2 * length);
  const target = BigInt(`0x0${whole}`);
  return target < 2n ** 256n ? target : 0n;
}

function compactOf(target: bigint): string {
  let digits = target.toString(16);
  if (digits.length % 2 === 1) digits = `0${digits}`;
  if (Number.parseInt(digits[0] ?? '0', 16) >= 8) digits = `00${digits}`;
  return (digits.length / 2).toString(16).padStart(2, '0') + digits.padEnd(6, '0').slice(0, 6);
}
