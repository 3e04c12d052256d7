/** The chain of a target that keeps a log is reorganised under an ACTIVITY_ROOT. On a node of the scene's own. */
import type { LaunchConfiguration } from '../../../reference/gen/schemas.ts';
import type { ChainTransaction } from '../chain-index.ts';
import { recordOf, type LifeRecord } from '../life-record.ts';
import { Subject, type Payment } from '../subject.ts';
import type { World } from '../world.ts';
import { bornTarget } from './born.ts';
import { keepGlimpsing, type Glimpse } from './glimpses.ts';
import { lookAtLog, placesOf, seqIn, type LogLook, type LogPlaces } from './log-looking.ts';
import { onStage, type Scene } from './scene.ts';
import { BLOCK_EVERY_MS, CHANGED_MS, GRACE, STOP_MS } from './timing.ts';

export interface LogReorganisedSeen {
  configuration: LaunchConfiguration;
  life?: LifeRecord;
  payment?: Payment;
  /** The newest anchor of the lineage that the reorganisation took, and the lineage once a later one was mined again. */
  taken?: ChainTransaction;
  look?: LogLook;
  /** Before that: what was anchored until then while nothing came between, and how roots and blocks came. */
  beating?: { look: LogLook; glimpses: Glimpse[]; anchors: ChainTransaction[]; held?: Held };
  descendants: ChainTransaction[];
}

/** A heartbeat that waited for its block until the next was due: so that is handed over after the block, and not before. */
export interface Held {
  readonly txid: string;
  /** Number of the newest root, which was served for STEADY_MS before the block came. */
  readonly newestRoot: number;
}

const POLICY = { log_period_seconds: 2, anchor_period_seconds: 4, canary_max_age_seconds: 60 };
/** Roots of an anchor period. */
const ROOTS = POLICY.anchor_period_seconds / POLICY.log_period_seconds;
/** Less than a period, more than it takes to choose a root and to hand it over. */
const STEADY_MS = 1_000;
/** BIRTH, and a heartbeat above it; then one that waits for its block, and the one after. */
const LINKS = 2;
const MORE_LINKS = 2;

export const logReorganised: Scene<LogReorganisedSeen> = {
  title: 'the chain is reorganised under a heartbeat',
  chain: 'exclusive',
  profile: 'log',
  play: async (world, name) => onStage(await Subject.create(world, name, POLICY), (subject) => play(world, subject)),
};

async function play(world: World, subject: Subject): Promise<LogReorganisedSeen> {
  const seen: LogReorganisedSeen = { configuration: subject.configuration, descendants: [] };
  const born = await bornTarget(subject, (payment) => (seen.payment = payment));
  if (born) {
    const places = await placesOf(subject);
    const glimpsing = keepGlimpsing(subject, places);
    const first = await lineageOf(world, subject, seen, LINKS);
    const held = first.length >= LINKS ? await holdBack(world, subject, places, seen) : undefined;
    const before = await lineageOf(world, subject, seen, LINKS + MORE_LINKS);
    const glimpses = await glimpsing.end();
    const anchors = await subject.descendants(seen.payment);
    seen.beating = { look: await lookAtLog(subject, places), glimpses, anchors, ...(held && { held }) };
    const newest = before.at(-1);
    if (newest?.block && before.length > LINKS) {
      seen.taken = newest;
      const release = await world.regtest.mineAndHold(0);
      const depth = (await world.index.tipHeight()) - newest.block.height + 1;
      release();
      await world.regtest.reorganise(depth);
      await lineageOf(world, subject, seen, before.length + 1);
      seen.look = await lookAtLog(subject, places);
    }
    await born.life.stop('SIGTERM', STOP_MS * GRACE);
    seen.life = recordOf(born.life);
  }
  seen.descendants = await subject.descendants(seen.payment);
  return seen;
}

/** No block comes while a heartbeat waits for one, until the next is due and a root has been the newest for a while. */
async function holdBack(
  world: World,
  subject: Subject,
  { log = '' }: LogPlaces,
  { payment }: LogReorganisedSeen,
): Promise<Held | undefined> {
  const until = Date.now() + CHANGED_MS * GRACE;
  let waits: { txid: string; newestRoot: number } | undefined;
  let newest = { seq: -1, at: 0 };
  for (; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, BLOCK_EVERY_MS))) {
    const seq = seqIn(await subject.http(`${log}/root`), 'activity_root') ?? -1;
    if (seq !== newest.seq) newest = { seq, at: Date.now() };
    if (waits && (seq < waits.newestRoot + ROOTS || Date.now() - newest.at < STEADY_MS)) continue;
    const unconfirmed = (await subject.descendants(payment)).filter(({ block }) => block === undefined);
    const [waiting] = unconfirmed;
    if (!waiting) continue;
    if (!waits) {
      const newestRoot = seqIn(await subject.http(`${log}/root`), 'activity_root') ?? seq;
      waits = { txid: waiting.txid, newestRoot };
      continue;
    }
    if (unconfirmed.length > 1) return undefined; // MDT-LIN-015
    await world.regtest.mine(1);
    return { txid: waits.txid, newestRoot: seq };
  }
  return undefined;
}

/** Waits for so many confirmed anchors, while blocks come; gives those that are there. */
async function lineageOf(
  world: World,
  subject: Subject,
  { payment }: LogReorganisedSeen,
  count: number,
): Promise<ChainTransaction[]> {
  const release = world.regtest.keepMining(BLOCK_EVERY_MS);
  try {
    const until = Date.now() + CHANGED_MS * GRACE;
    for (;;) {
      const anchors = (await subject.descendants(payment)).filter(({ block }) => block !== undefined);
      if (anchors.length >= count || Date.now() > until) return anchors;
      await new Promise((resolve) => setTimeout(resolve, BLOCK_EVERY_MS));
    }
  } finally {
    release();
  }
}
