/** The chain, the block and the time that a STATUS names, against as much of the recorded chain as a reader has (spec 9.3). */
import type { BlockRef, Status } from '../../reference/gen/schemas.ts';
import { datingCode } from '../../conformance/oracle/dating.ts';
import { HeaderTree } from '../../conformance/oracle/header-chain.ts';
import { HeaderChain } from '../../reference/core/header-chain.ts';
import { datingFault } from '../../reference/core/verification/document-dating.ts';
import { blockHash, headerAt, medianTimePast, rfc3339, timeOf } from '../tools/recorded-headers.ts';
import { RECORD } from '../tools/recorded-proofs.ts';
import { chainFrom, LAST } from '../tools/verdict-questions.ts';
import { statuses } from '../tools/written-series.ts';
import type { Random } from './random.ts';
import type { Readers } from './readers.ts';

interface DatingInput {
  readonly status: Status;
  /** Height of the reader's checkpoint, and of the lowest header that it has. */
  readonly own: number;
  readonly lowest: number;
  readonly tip: number;
  readonly confirmations: number;
}

const NOW = timeOf(headerAt(LAST)) + 600;
const NOWHERE = '5e'.repeat(32);

function between(from: number, to: number): Buffer[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => Buffer.from(headerAt(from + at), 'hex'));
}

export const DATING: Readers<DatingInput> = {
  core: ({ status, own, lowest, tip, confirmations }) => {
    const { parameters, checkpoint } = chainFrom(own);
    const chain = new HeaderChain(parameters, checkpoint);
    chain.add(between(own + 1, tip), NOW);
    chain.addEarlier(between(lowest, own - 1));
    return datingFault(status, chain, confirmations, '')?.code ?? 'right';
  },
  oracle: ({ status, own, lowest, tip, confirmations }) => {
    const { parameters, checkpoint } = chainFrom(own);
    const tree = new HeaderTree(parameters, checkpoint);
    tree.read(between(own + 1, tip), NOW);
    tree.readEarlier(between(lowest, own - 1));
    const headers = {
      ...{ genesis: parameters.genesis, lowest, tip, confirmations },
      active: new Map(tree.active.map((header) => [header.height, header])),
      medianTimePast: (header: Parameters<HeaderTree['medianTimePast']>[0]): number => tree.medianTimePast(header),
    };
    return datingCode(status, headers) ?? 'right';
  },
};

export function datingInput(random: Random): DatingInput {
  const own = random.pick([0, 0, 40]);
  const lowest = own === 0 ? 0 : random.pick([own, own - 1, 12]);
  const tip = random.once(2) ? LAST : 90 + random.below(LAST - 90);
  const confirmations = 1 + random.below(8);
  const near = (height: number): number => Math.max(0, height + random.below(5) - 2);
  const height = near(random.pick([1, 2, lowest, own, 60, 124, tip - confirmations, tip]));
  const freshness = named(random, height);
  const bound = random.pick([height, Math.min(LAST, height + 168), LAST]);
  const at = (bound > LAST ? NOW : medianTimePast(bound)) + random.below(3) - 1;
  const checkpoint = named(random, random.pick([0, 0, near(lowest), 60, near(tip)]));
  const chain = { ...RECORD.chain, checkpoint, ...(random.once(8) && { genesis: NOWHERE }) };
  const [hosted] = statuses({ at: timeOf(headerAt(LAST)), says: { chain, freshness, created: rfc3339(at) } });
  if (!hosted) throw new Error('no STATUS');
  return { status: hosted.status, own, lowest, tip, confirmations };
}

/** That of the recorded chain, most of the time. */
function named(random: Random, height: number): BlockRef {
  const isThere = height <= LAST && !random.once(4);
  return { height, hash: isThere ? blockHash(headerAt(height)) : NOWHERE };
}
