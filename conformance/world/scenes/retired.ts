/** A born target retires. It goes on showing its record, and anchors nothing any more, whatever it is asked for and however it is started. */
import type { ControlAnswer } from '../../../reference/gen/schemas.ts';
import type { ChainTransaction } from '../chain-index.ts';
import type { HttpResult } from '../http-client.ts';
import { recordOf, type LifeRecord } from '../life-record.ts';
import { isReady, Subject, type Payment } from '../subject.ts';
import type { World } from '../world.ts';
import { bornTarget } from './born.ts';
import { look, RECORD, recordOnce, type Shown } from './resources.ts';
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
  descendants: ChainTransaction[];
}

export const retired: Scene<RetiredSeen> = {
  title: 'a target retires',
  play: async (world, name) => onStage(await Subject.create(world, name), (subject) => play(world, subject)),
};

async function play(world: World, subject: Subject): Promise<RetiredSeen> {
  const seen: RetiredSeen = { lives: [], answers: [], descendants: [] };
  const born = await bornTarget(subject, (payment) => (seen.payment = payment));
  if (born) {
    const { life } = born;
    const release = world.regtest.keepMining(BLOCK_EVERY_MS);
    seen.answers.push(await life.control({ control: 'retire', reason: REASON }));
    await recordOnce(subject, CHANGED_MS, ({ body }) => body.includes('"retirement"'));
    seen.after = await look(world, subject);
    for (const control of ['retire', 'successor']) seen.answers.push(await life.control({ control }));
    await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
    release();
    await life.stop('SIGKILL');
    seen.lives.push(recordOf(life));
    await laterLife(world, subject, seen);
  }
  seen.descendants = await subject.descendants(seen.payment);
  return seen;
}

async function laterLife(world: World, subject: Subject, seen: RetiredSeen): Promise<void> {
  const life = subject.launch();
  if (await life.line(isReady, RESTART_READY_MS * GRACE)) {
    seen.later = await subject.http(RECORD);
    seen.answers.push(await life.control({ control: 'successor' }));
    const release = world.regtest.keepMining(BLOCK_EVERY_MS);
    await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
    release();
  }
  await life.stop('SIGTERM', STOP_MS * GRACE);
  seen.lives.push(recordOf(life));
}
