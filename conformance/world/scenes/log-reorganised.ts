/** The chain of a target that keeps a log is reorganised under an ACTIVITY_ROOT. On a node of the scene's own. */
import type { LaunchConfiguration } from '../../../reference/gen/schemas.ts';
import type { ChainTransaction } from '../chain-index.ts';
import { recordOf, type LifeRecord } from '../life-record.ts';
import { Subject, type Payment } from '../subject.ts';
import type { World } from '../world.ts';
import { bornTarget } from './born.ts';
import { keepGlimpsing, type Glimpse } from './glimpses.ts';
import { lookAtLog, placesOf, type LogLook } from './log-looking.ts';
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
  beating?: { look: LogLook; glimpses: Glimpse[]; anchors: ChainTransaction[] };
  descendants: ChainTransaction[];
}

const POLICY = { log_period_seconds: 1, anchor_period_seconds: 4, canary_max_age_seconds: 60 };
/** BIRTH, and two heartbeats above it. */
const LINKS = 3;

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
    const before = await lineageOf(world, subject, seen, LINKS);
    const glimpses = await glimpsing.end();
    const anchors = await subject.descendants(seen.payment);
    seen.beating = { look: await lookAtLog(subject, places), glimpses, anchors };
    const newest = before.at(-1);
    if (newest?.block && before.length >= LINKS) {
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
