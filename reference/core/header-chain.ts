/**
 * A chain of block headers of the reader's own (spec 7.1): from a checkpoint that the reader chose, by all rules that
 * headers alone can be held to. Of several valid branches the one with most work is active. Sources may lie about
 * anything but work, so headers of all of them go into one tree.
 */
import { concatBytes } from '@noble/hashes/utils.js';
import type { ChainCheckpoint, ChainParameters } from '../gen/schemas.ts';
import { checkLink, checkWork, parseHeader, type BlockHeader } from './block-header.ts';
import { adjustedBits, powLimit } from './chain-parameters.ts';
import { ancestor, readCheckpoint, type ChainedHeader } from './chained-header.ts';
import { EarlierHeaders } from './earlier-headers.ts';
import { targetOf, workOf } from './compact-target.ts';
import { MdtError } from './errors.ts';
import { printHash } from './hex.ts';

/** Blocks whose times the median is of (BIP-113). */
export const MEDIAN_SPAN = 11;
/** How far a header's time may be ahead of the reader's clock, seconds. */
const MAX_AHEAD_SECONDS = 7_200;

export class HeaderChain {
  readonly #parameters: ChainParameters;
  readonly #limit: bigint;
  readonly #earlierTimes: readonly number[];
  readonly #byHash = new Map<string, ChainedHeader>();
  /** The active chain, the checkpoint first. */
  readonly #active: ChainedHeader[];
  readonly #earlier: EarlierHeaders;
  #heard: ChainedHeader | undefined;

  /** @throws MdtError MDT_HEADER_FORMAT, MDT_POW, MDT_BITS or MDT_WRONG_CHAIN where the checkpoint is none */
  constructor(parameters: ChainParameters, checkpoint: ChainCheckpoint) {
    this.#parameters = parameters;
    this.#limit = powLimit(parameters);
    const base = readCheckpoint(parameters, checkpoint);
    this.#checkTarget(base, '/checkpoint/header');
    checkWork(base, '/checkpoint/header');
    this.#earlierTimes = checkpoint.previous_times;
    this.#byHash.set(checkpoint.hash, base);
    this.#active = [base];
    this.#earlier = new EarlierHeaders(base);
  }

  /** Hash of the chain's block 0, as RPC prints it. */
  get genesis(): string {
    return this.#parameters.genesis;
  }

  /** The checkpoint. */
  get base(): ChainedHeader {
    const [base] = this.#active;
    if (base === undefined) throw new MdtError('MDT_INTERNAL', 'a chain without its checkpoint');
    return base;
  }

  /** The last header of the active chain. */
  get tip(): ChainedHeader {
    return this.#active.at(-1) ?? this.base;
  }

  /** The lowest height there is a header of: that of the checkpoint, or one below it. */
  get lowest(): number {
    return this.#earlier.lowest;
  }

  /** The header of the active chain at a height. */
  at(height: number): ChainedHeader | undefined {
    return height < this.base.height ? this.#earlier.at(height) : this.#active[height - this.base.height];
  }

  /** Whether the active chain holds the header with this hash, as RPC prints it, and where. */
  find(hash: string): ChainedHeader | undefined {
    const header = this.#byHash.get(hash);
    return header !== undefined && this.at(header.height) === header ? header : undefined;
  }

  /** Octets of the headers after the checkpoint, one after the other. */
  octets(): Uint8Array {
    return concatBytes(...this.#active.slice(1).map(({ octets }) => octets));
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
    return Math.max(0, this.tip.height - height + 1);
  }

  /** The median time past of a header (BIP-113): of itself and the ten before it, which have to be there. */
  medianTimePast(header: ChainedHeader): number {
    const times: number[] = [];
    let at: ChainedHeader | undefined = header;
    for (; at !== undefined && times.length < MEDIAN_SPAN; at = at.parent) times.push(at.time);
    if (header.height >= this.base.height)
      times.push(...this.#earlierTimes.toReversed().slice(0, MEDIAN_SPAN - times.length));
    const sorted = times.sort((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? header.time;
  }

  /**
   * Takes headers that follow one another; headers it has are passed over. What came before a fault stays.
   * @param octets 80 for each header
   * @param now the reader's clock, seconds since 1970
   * @returns how many were new
   * @throws MdtError with a code of MDT-CHN-101 to -107; `field` names the header by its index
   */
  add(octets: readonly Uint8Array[], now: number): number {
    let previous: ChainedHeader | undefined;
    let added = 0;
    for (const [index, each] of octets.entries()) {
      const field = `/${index}`;
      const header = parseHeader(each, field);
      const known = this.#byHash.get(printHash(header.hash));
      if (known === undefined) {
        previous = this.#take(header, each, previous, now, field);
        added += 1;
      } else {
        if (previous !== undefined) checkLink(header, previous, field);
        previous = known;
      }
      if (previous.work > (this.#heard?.work ?? 0n)) this.#heard = previous;
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

  #take(
    header: BlockHeader,
    octets: Uint8Array,
    previous: ChainedHeader | undefined,
    now: number,
    field: string,
  ): ChainedHeader {
    if (previous !== undefined) checkLink(header, previous, field);
    const parent = previous ?? this.#byHash.get(printHash(header.previous));
    if (parent === undefined) throw new MdtError('MDT_WRONG_CHAIN', 'does not follow the checkpoint', { field });
    this.#checkBits(header, parent, field);
    checkWork(header, field);
    this.#checkTime(header, parent, now, field);
    const work = parent.work + workOf(targetOf(header.bits) ?? this.#limit);
    const chained = { ...header, octets: Uint8Array.from(octets), height: parent.height + 1, work, parent };
    this.#byHash.set(printHash(header.hash), chained);
    // Of equal work the first seen stays.
    if (work > this.tip.work) this.#activate(chained);
    return chained;
  }

  #checkBits(header: BlockHeader, parent: ChainedHeader, field: string): void {
    this.#checkTarget(header, field);
    if (header.bits !== this.#bitsAfter(parent)) {
      throw new MdtError('MDT_BITS', 'not the bits that the rules give', { field });
    }
  }

  #checkTarget(header: BlockHeader, field: string): void {
    const target = targetOf(header.bits);
    if (target === undefined || target > this.#limit) {
      throw new MdtError('MDT_BITS', 'a target above the limit of the chain', { field });
    }
  }

  #bitsAfter(last: ChainedHeader): number {
    const { retarget, interval } = this.#parameters;
    if (!retarget || (last.height + 1) % interval !== 0) return last.bits;
    const first = ancestor(last, last.height + 1 - interval);
    // Checkpoints are first headers of periods, so the one in question is in the tree.
    if (first === undefined) throw new MdtError('MDT_WRONG_CHAIN', 'a checkpoint inside a period');
    return adjustedBits({ firstTime: first.time, lastTime: last.time, bits: last.bits }, this.#parameters);
  }

  #checkTime({ time }: BlockHeader, parent: ChainedHeader, now: number, field: string): void {
    if (time <= this.medianTimePast(parent)) {
      throw new MdtError('MDT_HEADER_TIME', 'not later than the median of the 11 before', { field });
    }
    if (time > now + MAX_AHEAD_SECONDS) {
      throw new MdtError('MDT_HEADER_FUTURE', 'more than two hours ahead of the clock', { field });
    }
  }

  #activate(tip: ChainedHeader): void {
    const branch: ChainedHeader[] = [];
    let at: ChainedHeader | undefined = tip;
    while (at !== undefined && this.at(at.height) !== at) {
      branch.push(at);
      at = at.parent;
    }
    this.#active.length = tip.height - this.base.height + 1 - branch.length;
    for (const header of branch.toReversed()) this.#active.push(header);
  }
}
