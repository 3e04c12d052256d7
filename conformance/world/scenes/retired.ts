/**
 * A born target retires. It goes on showing its record, its log and its canary, and anchors nothing any more, whatever it is
 * asked for and however it is started.
 */
import type { ControlAnswer } from '../../../reference/gen/schemas.ts';
import type { Life } from '../../kit/life.ts';
import type { ChainTransaction } from '../chain-index.ts';
import { claims } from '../claims.ts';
import type { HttpResult } from '../http-client.ts';
import { recordOf, type LifeRecord } from '../life-record.ts';
import { isReady, Subject, type Payment } from '../subject.ts';
import type { World } from '../world.ts';
import { bornTarget } from './born.ts';
import { lookAtLog, placesOf, rootAfter, type LogLook, type LogPlaces } from './log-looking.ts';
import { RECORD } from '../well-known.ts';
import { look, recordOnce, type Shown } from './resources.ts';
import { onStage, type Scene } from './scene.ts';
import { BLOCK_EVERY_MS, CHANGED_MS, GRACE, RESTART_READY_MS, STOP_MS, WATCH_MS } from './timing.ts';

export const REASON = 'the kit asked for the end';

export interface RetiredSeen {
  lives: LifeRecord[];
  payment?: Payment;
  /** Answers to `retire`, and to `retire` and `successor` after it. */
  answers: (ControlAnswer | undefined)[];
  /** What it showed once the RETIRE was deep, or the time was over. */
  after?: Shown;
  /** The record of its next life. */
  later?: HttpResult;
  /** Its log and its canary after the end, and in its next life, where it claims any. */
  looks: LogLook[];
  descendants: ChainTransaction[];
}

/** So short that there is a root before the end. */
const PERIOD_MS = 1_000;

export const retired: Scene<RetiredSeen> = {
  title: 'a target retires',
  play: async (world, name) =>
    onStage(await Subject.create(world, name, policyFor(world)), (subject) => play(world, subject)),
};

function claimsProfile({ target }: World, profile: 'log' | 'status'): boolean {
  return target.manifest.claims.profiles.includes(profile);
}

function policyFor(world: World): object {
  return claimsProfile(world, 'log') ? { log_period_seconds: PERIOD_MS / 1_000 } : {};
}

async function play(world: World, subject: Subject): Promise<RetiredSeen> {
  const seen: RetiredSeen = { lives: [], answers: [], looks: [], descendants: [] };
  const born = await bornTarget(subject, (payment) => (seen.payment = payment));
  if (born) {
    const { life } = born;
    const release = world.regtest.keepMining(BLOCK_EVERY_MS);
    const places = await placesOf(subject);
    if (claimsProfile(world, 'log')) await enter(world, subject, life, places);
    seen.answers.push(await life.control({ control: 'retire', reason: REASON }));
    await recordOnce(subject, CHANGED_MS, ({ body }) => body.includes('"retirement"'));
    seen.after = await look(world, subject);
    await lookAgain(world, subject, places, seen);
    for (const control of ['retire', 'successor']) seen.answers.push(await life.control({ control }));
    await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
    release();
    await life.stop('SIGKILL');
    seen.lives.push(recordOf(life));
    await laterLife(world, subject, places, seen);
  }
  seen.descendants = await subject.descendants(seen.payment);
  return seen;
}

/** An entry, and a root that counts it. */
async function enter(world: World, subject: Subject, life: Life, places: LogPlaces): Promise<void> {
  if (claims(world, 'append'))
    await life.control({ control: 'append', kind: 'thing', subject: world.random.hex('the entry before the end', 32) });
  await rootAfter(subject, places, PERIOD_MS);
}

async function lookAgain(world: World, subject: Subject, places: LogPlaces, seen: RetiredSeen): Promise<void> {
  if (claimsProfile(world, 'status')) seen.looks.push(await lookAtLog(subject, places));
}

async function laterLife(world: World, subject: Subject, places: LogPlaces, seen: RetiredSeen): Promise<void> {
  const life = subject.launch();
  if (await life.line(isReady, RESTART_READY_MS * GRACE)) {
    seen.later = await subject.http(RECORD);
    await lookAgain(world, subject, places, seen);
    seen.answers.push(await life.control({ control: 'successor' }));
    const release = world.regtest.keepMining(BLOCK_EVERY_MS);
    await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
    release();
  }
  await life.stop('SIGTERM', STOP_MS * GRACE);
  seen.lives.push(recordOf(life));
}
