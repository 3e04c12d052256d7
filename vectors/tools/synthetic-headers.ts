/** Chains of headers with real work under an easy limit, for header-chain.json. The targets are written out here by hand of 7.1. */
import type { ChainCheckpoint, ChainParameters } from '../../reference/gen/schemas.ts';
import { sha256 } from './keys.ts';
import { hash256 } from './recorded-proofs.ts';
import { blockHash, timeOf, workOf } from './recorded-headers.ts';

/** 2026-01-01T00:00:00Z. */
export const BEGIN = 1_767_225_600;
export const SPACING = 600;

/** What of a header is not as it should be. */
export interface HeaderChange {
  time?: number;
  /** nBits as RPC prints them. */
  bits?: string;
  previous?: string;
  /** Makes two headers with the same rest differ. */
  salt?: string;
  /** The hash is above the target. */
  workless?: boolean;
}

export class SyntheticChain {
  readonly parameters: ChainParameters;
  /** Hexadecimal, the genesis block's first. */
  readonly headers: string[];

  constructor(parameters: Omit<ChainParameters, 'genesis'>, headers?: readonly string[]) {
    this.headers = [
      ...(headers ?? [mine({ previous: '00'.repeat(32), time: BEGIN, bits: parameters.pow_limit_bits })]),
    ];
    this.parameters = { genesis: blockHash(this.headers[0] ?? ''), ...parameters };
  }

  get tip(): string {
    return this.headers.at(-1) ?? '';
  }

  get height(): number {
    return this.headers.length - 1;
  }

  /** A chain of its own with the same headers so far. */
  fork(): SyntheticChain {
    const { genesis: _, ...parameters } = this.parameters;
    return new SyntheticChain(parameters, this.headers);
  }

  /** Another header upon the tip: on schedule, by the rules, but for `change`. Gives it without adding it. */
  next(change: HeaderChange = {}): string {
    return mine({
      previous: change.previous ?? Buffer.from(blockHash(this.tip), 'hex').reverse().toString('hex'),
      time: change.time ?? timeOf(this.tip) + SPACING,
      bits: change.bits ?? this.nextBits(),
      root: sha256(change.salt ?? 'nothing').toString('hex'),
      workless: change.workless ?? false,
    });
  }

  grow(count: number, seconds: number = SPACING, salt?: string): this {
    for (let made = 0; made < count; made++)
      this.headers.push(this.next({ time: timeOf(this.tip) + seconds, ...(salt !== undefined && { salt }) }));
    return this;
  }

  nextBits(intervals: number = this.parameters.interval): string {
    const { retarget, interval, target_timespan_seconds: aim, pow_limit_bits: limit } = this.parameters;
    const bits = bitsOf(this.tip);
    if (!retarget || (this.height + 1) % interval !== 0) return bits;
    const first = this.headers[this.height + 1 - intervals] ?? '';
    const span = Math.min(Math.max(timeOf(this.tip) - timeOf(first), aim / 4), aim * 4);
    const target = (targetOf(bits) * BigInt(span)) / BigInt(aim);
    return compact(target < targetOf(limit) ? target : targetOf(limit));
  }

  /** The checkpoint at a height. */
  checkpoint(height = 0): ChainCheckpoint {
    const header = this.headers[height] ?? '';
    const before = this.headers.slice(Math.max(0, height - 11), height);
    const within = height % this.parameters.interval;
    return {
      height,
      hash: blockHash(header),
      header,
      chainwork: this.workAt(height),
      previous_times: before.map(timeOf),
      ...(within > 0 && { period_time: timeOf(this.headers[height - within] ?? '') }),
    };
  }

  /** Of the chain up to and with a height: 32 octets, hexadecimal. */
  workAt(height: number = this.height): string {
    const bits = this.headers.slice(0, height + 1).map((header) => Number.parseInt(bitsOf(header), 16));
    return bits
      .reduce((sum, each) => sum + workOf(each), 0n)
      .toString(16)
      .padStart(64, '0');
  }

  /** Median time past of a header (BIP-113), seconds. */
  medianTimePast(height: number = this.height): number {
    const times = this.headers.slice(Math.max(0, height - 10), height + 1).map(timeOf);
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  }
}

interface Fields {
  previous: string;
  time: number;
  bits: string;
  root?: string;
  workless?: boolean;
}

/** The header of these fields with the first nonce that gives it work, or that does not. */
function mine({ previous, time, bits, root = '00'.repeat(32), workless = false }: Fields): string {
  const header = Buffer.alloc(80);
  header.writeUInt32LE(0x2000_0000, 0);
  header.write(previous + root, 4, 'hex');
  header.writeUInt32LE(time, 68);
  header.writeUInt32LE(Number.parseInt(bits, 16), 72);
  const target = targetOf(bits);
  for (let nonce = 0; ; nonce++) {
    header.writeUInt32LE(nonce, 76);
    const isBelow = BigInt(`0x${hash256(header).reverse().toString('hex')}`) <= target;
    if (isBelow !== workless) return header.toString('hex');
  }
}

export function bitsOf(header: string): string {
  return Buffer.from(header, 'hex').readUInt32LE(72).toString(16).padStart(8, '0');
}

function targetOf(bits: string): bigint {
  return BigInt(`0x${bits.slice(2)}`) * 256n ** BigInt(Number.parseInt(bits.slice(0, 2), 16) - 3);
}

/** The compact form: three most significant octets, a zero octet before one that would look negative. */
function compact(target: bigint): string {
  const octets = target.toString(16).length + (target.toString(16).length % 2);
  const size = octets / 2;
  const top = target / 256n ** BigInt(Math.max(0, size - 3));
  const isNegative = (top & 0x80_0000n) !== 0n;
  const mantissa = isNegative ? top / 256n : top;
  return (size + (isNegative ? 1 : 0)).toString(16).padStart(2, '0') + mantissa.toString(16).padStart(6, '0');
}
