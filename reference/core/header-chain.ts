/**
 * A chain of block headers of the reader's own (spec 7.1): from a checkpoint that the reader chose, by all rules that
 * headers alone can be held to. Of several valid branches the one with most work is active. Sources may lie about
 * anything but work, so headers of all of them go into one tree: the active chain, 80 octets a header, and the others
 * beside it.
 */
import { concatBytes } from '@noble/hashes/utils.js';
import type { ChainCheckpoint, ChainParameters } from '../gen/schemas.ts';
import { ActiveChain } from './active-chain.ts';
import { BITS_AT, checkWork, hash256, HEADER_OCTETS, PREVIOUS_AT, TIME_AT } from './block-header.ts';
import { HASH_OCTETS } from './sha256.ts';
import { adjustedBits, powLimit } from './chain-parameters.ts';
import { readCheckpoint, type ChainedHeader } from './chained-header.ts';
import { EarlierHeaders } from './earlier-headers.ts';
import { targetOctets, targetOf, workOf } from './compact-target.ts';
import { MdtError, type ErrorCode } from './errors.ts';
import { MEDIAN_SPAN, medianOf, meets, timeFault } from './header-rules.ts';
import { agree, uint32 } from './header-store.ts';
import { bytesToHex, parseHex, printHash } from './hex.ts';
import { SideBranches, type SideHeader } from './side-branches.ts';

const TIME_FAULTS = {
  MDT_HEADER_TIME: 'not later than the median of the 11 before',
  MDT_HEADER_FUTURE: 'more than two hours ahead of the clock',
} as const;

/** Where a header is: in the active chain at its height, or beside it. */
interface Place {
  readonly height: number;
  readonly side?: SideHeader;
}

export class HeaderChain {
  readonly #parameters: ChainParameters;
  readonly #checkpoint: ChainCheckpoint;
  readonly #active: ActiveChain;
  readonly #sides = new SideBranches();
  readonly #earlier: EarlierHeaders;
  #heard: ChainedHeader | undefined;
  /** Bits that were looked at last, and their target. */
  #target: { readonly bits: number; readonly octets: Uint8Array };

  /** @throws MdtError MDT_HEADER_FORMAT, MDT_POW, MDT_BITS or MDT_WRONG_CHAIN where the checkpoint is none */
  constructor(parameters: ChainParameters, checkpoint: ChainCheckpoint) {
    this.#parameters = parameters;
    const base = readCheckpoint(parameters, checkpoint);
    const target = targetOf(base.bits);
    if (target === undefined || target > powLimit(parameters))
      throw new MdtError('MDT_BITS', 'a target above the limit of the chain', { field: '/checkpoint/header' });
    checkWork(base, '/checkpoint/header');
    this.#checkpoint = checkpoint;
    this.#active = new ActiveChain(base, parameters);
    this.#earlier = new EarlierHeaders(base);
    this.#target = { bits: base.bits, octets: targetOctets(target) };
  }

  /** Hash of the chain's block 0, as RPC prints it. */
  get genesis(): string {
    return this.#parameters.genesis;
  }

  /** The checkpoint. */
  get base(): ChainedHeader {
    return this.#active.base;
  }

  /** The last header of the active chain. */
  get tip(): ChainedHeader {
    return this.#active.tip;
  }

  /** The lowest height there is a header of: that of the checkpoint, or one below it. */
  get lowest(): number {
    return this.#earlier.lowest;
  }

  /** The header of the active chain at a height. */
  at(height: number): ChainedHeader | undefined {
    return height < this.base.height ? this.#earlier.at(height) : this.#active.at(height);
  }

  /** The header of the active chain, from the checkpoint on, with this hash, as RPC prints it. */
  find(hash: string): ChainedHeader | undefined {
    if (!/^[0-9a-f]{64}$/.test(hash)) return undefined;
    const height = this.#active.heightOf(parseHex(hash, 'MDT_HEADER_FORMAT', '').reverse());
    return height === undefined ? undefined : this.#active.at(height);
  }

  /**
   * A block of the active chain as a checkpoint: what a reader has to keep of all that is below it.
   * @param height from that of the reader's checkpoint up to that of the tip
   */
  checkpointAt(height: number): ChainCheckpoint {
    const header = this.#active.at(height);
    if (header === undefined) throw new RangeError(`no header at ${height}`);
    if (header === this.base) return this.#checkpoint;
    const { interval } = this.#parameters;
    const first = height - (height % interval);
    const own = Array.from({ length: Math.min(MEDIAN_SPAN, height - this.base.height) }, (_, at) => height - 1 - at);
    const before = [...own.map((at) => this.#active.timeAt(at)), ...this.#checkpoint.previous_times.toReversed()];
    const periodTime = first < this.base.height ? this.#checkpoint.period_time : this.#active.timeAt(first);
    return {
      ...{ height, hash: printHash(header.hash), header: bytesToHex(header.octets) },
      chainwork: header.work.toString(16).padStart(64, '0'),
      previous_times: before.slice(0, MEDIAN_SPAN).reverse(),
      ...(height > first && periodTime !== undefined && { period_time: periodTime }),
    };
  }

  /** Octets of the headers after the checkpoint, one after the other. */
  octets(): Uint8Array {
    return this.#active.octets();
  }

  /** As `octets`, with the headers below the checkpoint and its own where there are such; and where they begin. */
  allOctets(): { readonly from: number; readonly octets: Uint8Array } {
    const earlier = this.#earlier.all;
    if (earlier.length === 0) return { from: this.base.height + 1, octets: this.octets() };
    const below = [...earlier, this.base].map(({ octets }) => octets);
    return { from: this.lowest, octets: concatBytes(...below, this.octets()) };
  }

  /** Begins to note what is given from now on: what one source has. */
  listen(): void {
    this.#heard = undefined;
  }

  /** The header with most work of those given since `listen`, known before or not. */
  get heard(): ChainedHeader | undefined {
    return this.#heard;
  }

  /** Confirmations of what is in the block at `height`: 1 in the tip. */
  confirmations(height: number): number {
    return Math.max(0, this.#active.height - height + 1);
  }

  /** The median time past of a header of the active chain, or of one below it (BIP-113): of itself and the ten before it. */
  medianTimePast({ height, time }: ChainedHeader): number {
    const times: number[] = [];
    if (height >= this.base.height) times.push(...this.#timesUpTo({ height }));
    else
      for (let at = height; at >= this.lowest && times.length < MEDIAN_SPAN; at -= 1)
        times.push(this.#earlier.at(at)?.time ?? time);
    return medianOf(times) ?? time;
  }

  /**
   * Takes headers that follow one another; headers it has are passed over. What came before a fault stays.
   * @param octets 80 for each header
   * @param now the reader's clock, seconds since 1970
   * @returns how many were new
   * @throws MdtError with a code of MDT-CHN-101 to -107; `field` names the header by its index
   */
  add(octets: readonly Uint8Array[], now: number): number {
    let last: Place | undefined;
    let added = 0;
    try {
      let index = 0;
      for (const each of octets) {
        if (each.length !== HEADER_OCTETS) throw fault('MDT_HEADER_FORMAT', `a header of ${each.length} octets`, index);
        const parent = this.#parentOf(each, last, index);
        const known = this.#known(each, parent);
        last = known ?? this.#take(each, parent, now, index);
        if (known === undefined) added += 1;
        index += 1;
      }
    } finally {
      if (last) this.#hear(last);
    }
    return added;
  }

  /**
   * Takes the headers right below the checkpoint, lowest first: the checkpoint commits to them.
   * @throws MdtError MDT_HEADER_FORMAT, MDT_HEADER_LINK or MDT_WRONG_CHAIN
   */
  addEarlier(octets: readonly Uint8Array[]): void {
    this.#earlier.take(octets);
  }

  /** Where the header before is: `undefined` for the checkpoint's, whose own parent nobody has. */
  #parentOf(octets: Uint8Array, last: Place | undefined, index: number): Place | undefined {
    if (last !== undefined) {
      if (!agree(octets, PREVIOUS_AT, this.#hashAt(last), 0, HASH_OCTETS))
        throw fault('MDT_HEADER_LINK', 'does not link to the header before', index);
      return last;
    }
    const parent = this.#locate(octets.subarray(PREVIOUS_AT, PREVIOUS_AT + HASH_OCTETS));
    if (parent === undefined && !this.#active.holds(this.base.height, octets))
      throw fault('MDT_WRONG_CHAIN', 'does not follow the checkpoint', index);
    return parent;
  }

  #known(octets: Uint8Array, parent: Place | undefined): Place | undefined {
    if (parent === undefined) return { height: this.base.height };
    if (parent.side === undefined && this.#active.holds(parent.height + 1, octets))
      return { height: parent.height + 1 };
    const side = this.#sides.size === 0 ? undefined : this.#sides.get(hash256(octets));
    return side && { height: side.height, side };
  }

  #locate(hash: Uint8Array): Place | undefined {
    const side = this.#sides.get(hash);
    if (side) return { height: side.height, side };
    const height = this.#active.heightOf(hash);
    return height === undefined ? undefined : { height };
  }

  #hashAt({ height, side }: Place): Uint8Array {
    if (side) return side.hash;
    return height === this.#active.height ? this.#active.tipHash : (this.#active.at(height) ?? this.base).hash;
  }

  #take(octets: Uint8Array, parent: Place | undefined, now: number, index: number): Place {
    const before = parent ?? { height: this.base.height };
    const bits = uint32(octets, BITS_AT);
    if (bits !== this.#bitsAfter(before)) throw fault('MDT_BITS', 'not the bits that the rules give', index);
    const hash = hash256(octets);
    if (!meets(hash, this.#targetOf(bits))) throw fault('MDT_POW', 'the hash is above the target', index);
    const wrong = timeFault(uint32(octets, TIME_AT), this.#timesUpTo(before), now);
    if (wrong) throw fault(wrong, TIME_FAULTS[wrong], index);
    const height = before.height + 1;
    if (before.side === undefined && before.height === this.#active.height) {
      this.#active.push(octets, hash, bits);
      return { height };
    }
    const work = (before.side?.work ?? this.#active.workAt(before.height)) + workOf(targetOf(bits) ?? 0n);
    const side = this.#sides.add({ octets: octets.slice(), hash, bits, height, work });
    // Of equal work the first seen stays.
    if (work <= this.#active.workAt(this.#active.height)) return { height, side };
    this.#activate(side);
    return { height };
  }

  #targetOf(bits: number): Uint8Array {
    if (this.#target.bits !== bits) this.#target = { bits, octets: targetOctets(targetOf(bits) ?? 0n) };
    return this.#target.octets;
  }

  #bitsAfter(place: Place): number {
    const { height, side } = place;
    const { retarget, interval } = this.#parameters;
    const bits = side?.bits ?? this.#active.bitsAt(height);
    if (!retarget || (height + 1) % interval !== 0) return bits;
    const times = this.#times(place, interval);
    const lastTime = times[0] ?? 0;
    // What came before the checkpoint in its period, the checkpoint says.
    const firstTime = (times.length < interval ? this.#checkpoint.period_time : times.at(-1)) ?? 0;
    return adjustedBits({ firstTime, lastTime, bits }, this.#parameters);
  }

  /** Times of the 11 headers up to and with one, in whatever order; where the reader has fewer, of those. */
  #timesUpTo(place: Place): readonly number[] {
    const isTip = place.side === undefined && place.height === this.#active.height;
    const times = isTip ? this.#active.lastTimes : this.#times(place, MEDIAN_SPAN);
    const missing = MEDIAN_SPAN - times.length;
    return missing === 0 ? times : [...times, ...this.#checkpoint.previous_times.toReversed().slice(0, missing)];
  }

  /** Times of at most `count` headers from the checkpoint on up to and with one, the newest first. */
  #times({ height, side }: Place, count: number): number[] {
    const times: number[] = [];
    let at = height;
    for (let each = side; each !== undefined && times.length < count; each = this.#sides.parentOf(each)) {
      times.push(uint32(each.octets, TIME_AT));
      at = each.height - 1;
    }
    for (; at >= this.base.height && times.length < count; at -= 1) times.push(this.#active.timeAt(at));
    return times;
  }

  #hear({ height, side }: Place): void {
    const work = side?.work ?? this.#active.workAt(height);
    if (work > (this.#heard?.work ?? 0n)) this.#heard = side ? this.#sides.view(side) : this.#active.at(height);
  }

  /** Makes the branch that ends with `tip` the active one; what was active instead is kept beside it. */
  #activate(tip: SideHeader): void {
    const branch = this.#sides.branchOf(tip);
    const fork = (branch[0]?.height ?? 0) - 1;
    const left: ChainedHeader[] = [];
    for (let height = fork + 1; height <= this.#active.height; height += 1) {
      const header = this.#active.at(height);
      if (header) left.push(header);
    }
    this.#active.cut(fork);
    for (const { octets, hash, bits } of branch) this.#active.push(octets, hash, bits);
    this.#sides.remove(branch);
    for (const header of left) this.#sides.add(header);
  }
}

function fault(code: ErrorCode, message: string, index: number): MdtError {
  return new MdtError(code, message, { field: `/${index}` });
}
