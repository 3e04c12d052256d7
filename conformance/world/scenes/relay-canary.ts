/**
 * A relay keeps its canary: its STATUSes come faster than it may anchor them, as when somebody makes one by hand each second,
 * and blocks come faster than both.
 */
import type { ChainTransaction } from '../chain-index.ts';
import { claims } from '../claims.ts';
import { Subject } from '../subject.ts';
import type { World } from '../world.ts';
import { bornTarget } from './born.ts';
import { lookAtLog, placesOf, type LogLook } from './log-looking.ts';
import { recordOf } from '../life-record.ts';
import type { RelayLives } from './relay-stage.ts';
import { onStage, type Scene } from './scene.ts';
import { GRACE, STOP_MS } from './timing.ts';

export interface RelayCanarySeen extends RelayLives {
  /** All STATUSes, when the time was over. */
  look?: LogLook;
  /** By Date.now(). */
  from?: number;
  descendants: ChainTransaction[];
}

/** An anchor each four seconds at the most, while STATUSes come each second. */
const POLICY = { log_period_seconds: 1, anchor_period_seconds: 4, canary_max_age_seconds: 8 };
const CODES = ['WAR', 'GAG', 'SUBP', 'TRAP', 'CEASE', 'DURESS', 'RAID', 'SEIZE', 'XCRED', 'XOPERS'];
const PERIODS = 3;
const BY_HAND_MS = 1_000;
const BLOCK_MS = 500;

export const relayCanary: Scene<RelayCanarySeen> = {
  title: 'a relay states more often than it may anchor',
  chain: 'exclusive',
  profile: 'relay',
  play: async (world, name) => onStage(await Subject.create(world, name, POLICY), (subject) => play(world, subject)),
};

async function play(world: World, subject: Subject): Promise<RelayCanarySeen> {
  const seen: RelayCanarySeen = { configuration: subject.configuration, lives: [], descendants: [] };
  const born = await bornTarget(subject, (payment) => (seen.payment = payment));
  if (born) {
    const places = await placesOf(subject);
    seen.from = Date.now();
    const release = world.regtest.keepMining(BLOCK_MS);
    const until = seen.from + (PERIODS * POLICY.anchor_period_seconds + 1) * 1_000;
    while (Date.now() < until) {
      if (claims(world, 'status')) await born.life.control({ control: 'status', codes: CODES });
      await new Promise((resolve) => setTimeout(resolve, BY_HAND_MS));
    }
    seen.look = await lookAtLog(subject, places);
    release();
    seen.descendants = await subject.descendants(seen.payment);
    await born.life.stop('SIGTERM', STOP_MS * GRACE);
    seen.lives.push(recordOf(born.life));
  }
  return seen;
}
