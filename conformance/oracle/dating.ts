/**
 * What a chain of headers says of the chain, the block and the time that a STATUS or a root names (spec 8.7, 9.3). Each of
 * three questions has a yes, a no, or no answer yet; the first no decides.
 */
import type { ActivityRoot, BlockRef, Status } from '../../reference/gen/schemas.ts';
import type { PlacedHeader } from './header-chain.ts';

/** The reader's headers, and when a height counts as settled. */
export interface Headers {
  readonly genesis: string;
  readonly active: ReadonlyMap<number, PlacedHeader>;
  readonly lowest: number;
  readonly tip: number;
  /** The reader's own policy. */
  readonly confirmations: number;
  medianTimePast(header: PlacedHeader): number;
}

const UNSETTLED = 'MDT_SOURCE';
/** MDT-STA-110, MDT-LOG-111: this block upon that of the age comes after the writing. */
const AFTER_WRITING = 168;

/** The code of the refusal, `MDT_SOURCE` where the headers do not tell; nothing where all is right. */
export function datingCode({ chain, created, freshness }: Status | ActivityRoot, headers: Headers): string | undefined {
  const { genesis, checkpoint } = chain;
  const isOurs = genesis === headers.genesis && (checkpoint.height !== 0 || checkpoint.hash === genesis);
  const isBelow = checkpoint.height < headers.lowest;
  const onChain = isBelow ? 'yes' : lookup(checkpoint, headers);
  const fresh = lookup(freshness, headers);
  if (!isOurs || onChain === 'no') return 'MDT_WRONG_CHAIN';
  const seconds = Date.parse(created) / 1000;
  const [from, until] = [0, AFTER_WRITING].map((upon) => timeAt(freshness.height + upon, headers)) as [
    number?,
    number?,
  ];
  const isDated = seconds >= (from ?? 0) && seconds <= (until ?? Infinity);
  if (fresh === 'no' || (fresh === 'yes' && !isDated)) return 'MDT_FRESHNESS';
  return fresh === 'open' || onChain === 'open' ? UNSETTLED : undefined;
}

function lookup({ height, hash }: BlockRef, { active, lowest, tip, confirmations }: Headers): 'yes' | 'no' | 'open' {
  if (active.get(height)?.hash === hash) return 'yes';
  return height >= lowest && tip - height + 1 >= confirmations ? 'no' : 'open';
}

function timeAt(height: number, headers: Headers): number | undefined {
  const header = headers.active.get(height);
  return header && headers.medianTimePast(header);
}
