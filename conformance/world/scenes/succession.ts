/**
 * A born target declares a SUCCESSOR, and another one in its next life. Somebody pays to its address meanwhile: once
 * as one should, and once by an output that looks like the continuation of a lineage.
 */
import type { ControlAnswer, LaunchConfiguration } from '../../../reference/gen/schemas.ts';
import type { Life } from '../../kit/life.ts';
import type { ChainTransaction } from '../chain-index.ts';
import type { HttpResult } from '../http-client.ts';
import { recordOf, type LifeRecord } from '../life-record.ts';
import { isReady, Subject, type Payment } from '../subject.ts';
import type { World } from '../world.ts';
import { bornTarget } from './born.ts';
import { RECORD } from '../well-known.ts';
import { look, type Shown } from './resources.ts';
import { onStage, type Scene } from './scene.ts';
import { spentSoon } from './standing-still.ts';
import { BREATH_MS, CHANGED_MS, GRACE, RESTART_READY_MS, STOP_MS } from './timing.ts';

export interface SuccessionSeen {
  configuration: LaunchConfiguration;
  lives: LifeRecord[];
  payment?: Payment;
  /** Outpoints that were paid to the target's address beside what it asked for. */
  deposit?: Payment;
  foreign?: Payment;
  /** Answers to `successor`: the first, one more while that is pending, and one in the next life. */
  answers: (ControlAnswer | undefined)[];
  before?: Shown;
  /** Transactions of the lineage that were unconfirmed after both were asked for, the chain standing still. */
  pending?: number;
  /** The record with one confirmation of the SUCCESSOR, which is too few. */
  young?: { confirmations: number; record: HttpResult };
  /** Whether `ready` came again once the SUCCESSOR was deep. */
  readyAgain?: boolean;
  after?: Shown;
  /** The record of the next life, and all of it after one more succession. */
  later?: HttpResult;
  second?: Shown;
  descendants: ChainTransaction[];
}

const DEPOSIT_SAT = 60_000;
const FOREIGN_SAT = 70_000;
/** Output of an anchor that the next one spends. */
const CONTINUATION = 1;
/** So many confirmations a further input has to have (MDT-LIN-008). */
const DEEP = 6;
/** A STATUS of nobody: marker, version, kind, and 64 octets that are no digest of anything. */
const STATUS_OF_NOBODY = `4d696c6167726f20442d54410102${'5a'.repeat(64)}`;

export const succession: Scene<SuccessionSeen> = {
  title: 'a target declares successors of its record',
  play: async (world, name) => onStage(await Subject.create(world, name), (subject) => play(world, subject)),
};

async function play(world: World, subject: Subject): Promise<SuccessionSeen> {
  const seen: SuccessionSeen = { configuration: subject.configuration, lives: [], answers: [], descendants: [] };
  const born = await bornTarget(subject, (payment) => (seen.payment = payment));
  if (born) {
    seen.before = await look(world, subject);
    await depositTo(world, born.address, seen);
    await firstSuccession(world, subject, born.life, seen);
    await born.life.stop('SIGKILL');
    seen.lives.push(recordOf(born.life));
    if (seen.readyAgain === true) await secondSuccession(world, subject, seen);
  }
  seen.descendants = await subject.descendants(seen.payment, seen.deposit, seen.foreign);
  return seen;
}

async function depositTo(world: World, address: string, seen: SuccessionSeen): Promise<void> {
  const height = await world.index.tipHeight();
  const deposit = await world.regtest.pay(address, DEPOSIT_SAT);
  const foreign = await world.regtest.pay(address, FOREIGN_SAT, STATUS_OF_NOBODY);
  seen.deposit = { txid: deposit, vout: 0, address, sat: DEPOSIT_SAT, height };
  seen.foreign = { txid: foreign, vout: 1, address, sat: FOREIGN_SAT, height };
  await world.regtest.mine(DEEP);
}

/** Asked for twice while the chain stands still: one anchor may wait. Then one block, and the others. */
async function firstSuccession(world: World, subject: Subject, life: Life, seen: SuccessionSeen): Promise<void> {
  const release = await world.regtest.mineAndHold(0);
  const from = life.lineCount;
  try {
    seen.answers.push(await life.control({ control: 'successor' }));
    const [birth] = await subject.descendants(seen.payment);
    if (!birth || !(await spentSoon(world, { txid: birth.txid, vout: CONTINUATION }))) return;
    seen.answers.push(await life.control({ control: 'successor' }));
    await breathe(2 * BREATH_MS);
    const family = await subject.descendants(seen.payment);
    seen.pending = family.filter(({ block }) => block === undefined).length;
    await world.regtest.mineHeld(1);
    await breathe(3 * BREATH_MS);
    seen.young = { confirmations: 1, record: await subject.http(RECORD) };
  } finally {
    release();
  }
  seen.readyAgain = (await subject.ready(life, CHANGED_MS, from)) !== undefined;
  if (seen.readyAgain) seen.after = await look(world, subject);
}

async function secondSuccession(world: World, subject: Subject, seen: SuccessionSeen): Promise<void> {
  const life = subject.launch();
  if (await life.line(isReady, RESTART_READY_MS * GRACE)) {
    seen.later = await subject.http(RECORD);
    const from = life.lineCount;
    seen.answers.push(await life.control({ control: 'successor' }));
    if (await subject.ready(life, CHANGED_MS, from)) seen.second = await look(world, subject);
  }
  await life.stop('SIGTERM', STOP_MS * GRACE);
  seen.lives.push(recordOf(life));
}

async function breathe(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
