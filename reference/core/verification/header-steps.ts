/** Step 7: the reader's own headers brought up to date, and what each source gave (spec 7.1, 7.3). */
import type { BlockRef, HostedRecord, VerdictHeaders, VerdictSource } from '../../gen/schemas.ts';
import type { ChainedHeader } from '../chained-header.ts';
import { MdtError } from '../errors.ts';
import type { HeaderChain } from '../header-chain.ts';
import { MEDIAN_SPAN } from '../header-rules.ts';
import { equalOctets, printHash } from '../hex.ts';
import type { Succession } from '../succession.ts';
import { formatTime } from '../time.ts';
import type { HeaderSource, VerificationRequest } from './request.ts';
import type { Evidence } from './step-record.ts';

/** Most headers that are asked for below a checkpoint: two years of blocks and some. */
const MAX_EARLIER = 120_000;

/**
 * Brings the chain up to date from each source. What one gave before its headers were refused stays: work is work. It is
 * named for that (MDT-VER-105), and does not count as an answer.
 * @returns what each source gave
 * @throws MdtError MDT_SOURCE where none answered
 */
export async function updateHeaders(
  chain: HeaderChain,
  sources: readonly HeaderSource[],
  now: number,
  evidence: Evidence,
): Promise<VerdictSource[]> {
  const given: Given[] = [];
  let answers = 0;
  for (const source of sources) {
    chain.listen();
    const fault = await faultIn(source.update(chain, now));
    if (fault === undefined && source.remembered !== true) answers += 1;
    given.push({ name: source.name, best: chain.heard, fault });
  }
  const described = given.map((each) => describeSource(each, chain));
  Object.assign(evidence, { sources: described, tip: refOf(chain.tip), tip_time: formatTime(chain.tip.time) });
  if (answers === 0) throw new NoHeaders(described);
  return described;
}

/** What came from a source. */
interface Given {
  readonly name: string;
  /** The header with most work of those that were taken. */
  readonly best: ChainedHeader | undefined;
  readonly fault: MdtError | undefined;
}

function describeSource({ name, best, fault }: Given, { tip }: HeaderChain): VerdictSource {
  return {
    name,
    ...(best && { tip: refOf(best), work: workText(best) }),
    best: best !== undefined && equalOctets(best.hash, tip.hash),
    ...(fault && { code: fault.code, message: fault.message }),
  };
}

/** No source answered; what each said all the same. */
export class NoHeaders extends MdtError {
  readonly sources: VerdictSource[];

  constructor(sources: VerdictSource[]) {
    super('MDT_SOURCE', 'no source has headers', { field: '--headers' });
    this.sources = sources;
  }
}

/**
 * Headers below the reader's checkpoint, as far down as the records and proofs shown name blocks, from the first source
 * that has them. Where none has, the steps that look there say so.
 */
export async function earlierHeaders(
  hosted: HostedRecord,
  records: Succession,
  chain: HeaderChain,
  sources: readonly HeaderSource[],
): Promise<void> {
  const heights = [
    ...records.map(({ record }) => record.freshness.height),
    ...(hosted.retirement ? [hosted.retirement.retirement.freshness.height] : []),
    ...[hosted.anchor, ...hosted.lineage.proofs].map(({ locator }) => locator.height),
  ];
  await headersDownTo(heights, chain, sources);
}

/** As `earlierHeaders`, down to these heights and the ten below, whose times count for the median. */
export async function headersDownTo(
  heights: readonly number[],
  chain: HeaderChain,
  sources: readonly HeaderSource[],
): Promise<void> {
  const from = Math.max(0, Math.min(...heights) - MEDIAN_SPAN + 1);
  if (from >= chain.lowest || chain.base.height - from > MAX_EARLIER) return;
  for (const source of sources) {
    await faultIn(source.earlier?.(chain, from));
    if (chain.lowest <= from) return;
  }
}

async function faultIn(work: Promise<void> | undefined): Promise<MdtError | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof MdtError) return error;
    throw error;
  }
}

/** The chain as the verdict names it. */
export function describeHeaders(
  chain: HeaderChain,
  sources: VerdictSource[],
  { checkpoint }: VerificationRequest,
): VerdictHeaders {
  return {
    sources,
    from: { height: checkpoint.height, hash: checkpoint.hash },
    tip: refOf(chain.tip),
    work: workText(chain.tip),
  };
}

function refOf({ height, hash }: ChainedHeader): BlockRef {
  return { height, hash: printHash(hash) };
}

function workText({ work }: ChainedHeader): string {
  return work.toString(16).padStart(64, '0');
}
