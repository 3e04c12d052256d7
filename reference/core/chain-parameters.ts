/** What the rules of a chain of headers depend on: its limit of difficulty and how it adjusts it (spec 7.1). */
import type { ChainParameters } from '../gen/schemas.ts';
import { compactOf, targetOf } from './compact-target.ts';
import { MdtError } from './errors.ts';
import { networkOf } from './network.ts';

const FORTNIGHT = { interval: 2016, target_timespan_seconds: 1_209_600 } as const;

/** The networks whose rules this revision has. Testnets have a rule for blocks without difficulty, which it leaves out. */
const KNOWN: Partial<Record<string, Omit<ChainParameters, 'genesis'>>> = {
  main: { pow_limit_bits: '1d00ffff', retarget: true, ...FORTNIGHT },
  regtest: { pow_limit_bits: '207fffff', retarget: false, ...FORTNIGHT },
};

/**
 * The parameters of the network whose block 0 is `genesis`.
 * @throws MdtError MDT_WRONG_CHAIN where it is none of them
 */
export function parametersOf(genesis: string): ChainParameters {
  const known = KNOWN[networkOf(genesis)?.name ?? ''];
  if (known === undefined) throw new MdtError('MDT_WRONG_CHAIN', 'a chain of unknown rules', { field: 'genesis' });
  return { genesis, ...known };
}

/** What an adjustment looks at: the last header of a period and the time of its first one. */
export interface Period {
  readonly firstTime: number;
  readonly lastTime: number;
  readonly bits: number;
}

/**
 * The bits of the first header after a period (Bitcoin's GetNextWorkRequired). The time between the first and the
 * last header of a period is that of one block less than the period has: an error of Bitcoin's first
 * version, and a rule since.
 */
export function adjustedBits({ firstTime, lastTime, bits }: Period, parameters: ChainParameters): number {
  const aim = parameters.target_timespan_seconds;
  const took = Math.min(Math.max(lastTime - firstTime, Math.floor(aim / 4)), aim * 4);
  const target = ((targetOf(bits) ?? 0n) * BigInt(took)) / BigInt(aim);
  const limit = powLimit(parameters);
  return compactOf(target > limit ? limit : target);
}

/** The easiest target of a chain. */
export function powLimit({ pow_limit_bits: bits }: ChainParameters): bigint {
  const limit = targetOf(Number.parseInt(bits, 16));
  if (limit === undefined) throw new MdtError('MDT_SCHEMA', 'not a target', { field: 'pow_limit_bits' });
  return limit;
}
