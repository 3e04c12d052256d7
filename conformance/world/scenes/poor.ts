/**
 * A target is paid a part of what it asks for, and later the rest: it anchors nothing before, and its BIRTH
 * has two inputs, so that the rule on further inputs shows.
 */
import type { FundingEvent } from '../../../reference/gen/schemas.ts';
import type { Life } from '../../kit/life.ts';
import { recordOf, type LifeRecord } from '../life-record.ts';
import { isFunding, Subject, type Payment } from '../subject.ts';
import type { ChainTransaction } from '../chain-index.ts';
import type { World } from '../world.ts';
import { BY_LAUNCH_SECONDS, launchedAhead, type MovedClock } from './moved-clock.ts';
import { claims } from '../claims.ts';
import { onStage, type Scene } from './scene.ts';
import { payAndHold, watchMs } from './standing-still.ts';
import { BLOCK_EVERY_MS, GRACE, READY_MS, STOP_MS } from './timing.ts';

export interface PoorSeen {
  life?: LifeRecord;
  first?: Payment;
  rest?: Payment;
  /** What was anchored with a part of the coin. */
  early: ChainTransaction[];
  /** Whether coin was spent while the second payment had 3 confirmations, which is too few for a further input. */
  spentEarly?: boolean;
  /** What was anchored in the end. */
  descendants: ChainTransaction[];
  /** Height of the block that holds each payment, by txid. */
  heights: Record<string, number>;
  ready: boolean;
  /** The record of one whose clock was ahead from its launch. */
  moved?: MovedClock;
}

const FIRST_PART = 0.6;
/** In which `policy.confirmations` blocks come, and one more. */
const BLOCKS_MS = 3 * BLOCK_EVERY_MS;
/** Enough for the first input under the policy of the kit, and not for a further one. */
const TOO_FEW = 3;

export const poor: Scene<PoorSeen> = {
  title: 'a target is paid in two parts',
  play: async (world, name) => onStage(await Subject.create(world, name), (subject) => play(world, subject)),
};

async function play(world: World, subject: Subject): Promise<PoorSeen> {
  const seen: PoorSeen = { early: [], descendants: [], heights: {}, ready: false };
  const since = Date.now();
  const life = subject.launch(launchedAhead(world, subject.configuration));
  const funding = await life.line(isFunding, READY_MS);
  if (funding) await payInParts(world, subject, life, funding.line, seen);
  if (seen.ready && claims(world, 'clock')) {
    const record = await subject.http('/.well-known/milagro-birth-record');
    seen.moved = { offset: BY_LAUNCH_SECONDS, since, until: Date.now(), record };
  }
  await life.stop('SIGTERM', STOP_MS * GRACE);
  seen.life = recordOf(life);
  return seen;
}

/** The larger part comes first and will be input 0; the smaller, younger one is what the rule on depth is about. */
async function payInParts(
  world: World,
  subject: Subject,
  life: Life,
  funding: FundingEvent,
  seen: PoorSeen,
): Promise<void> {
  const part = Math.ceil(funding.min_sat * FIRST_PART);
  const first = await subject.pay(funding, part);
  if (!first) return;
  seen.first = first;
  await watch(world, life);
  seen.early = await subject.descendants(first);
  const { payment: rest, spent } = await payAndHold(
    world,
    life,
    TOO_FEW,
    () => subject.pay(funding, funding.min_sat - part),
    [first],
  );
  if (!rest || spent === undefined) return;
  seen.rest = rest;
  seen.spentEarly = spent;
  seen.ready = (await subject.ready(life, READY_MS * GRACE)) !== undefined;
  seen.descendants = await subject.descendants(first, rest);
  seen.heights = await heightsOf(world, [first, rest]);
}

/** Blocks arrive for as long as this target needs to anchor what it should not. */
async function watch(world: World, life: Life): Promise<void> {
  const release = world.regtest.keepMining(BLOCK_EVERY_MS);
  await new Promise((resolve) => setTimeout(resolve, watchMs(life) + BLOCKS_MS));
  release();
}

async function heightsOf(world: World, payments: readonly Payment[]): Promise<Record<string, number>> {
  const heights: Record<string, number> = {};
  for (const { height, tx } of await world.index.blocksFrom(Math.min(...payments.map((payment) => payment.height)))) {
    for (const { txid } of tx) if (payments.some((payment) => payment.txid === txid)) heights[txid] = height;
  }
  return heights;
}
