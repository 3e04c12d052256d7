/**
 * Fees have risen so far, in the target's next life, that its coin does not pay for the SUCCESSOR that it declares: it
 * has to ask for more, to serve on, and to anchor once it is paid.
 */
import type { ControlAnswer } from '../../../reference/gen/schemas.ts';
import type { ChainTransaction } from '../chain-index.ts';
import type { HttpResult } from '../http-client.ts';
import { recordOf, type LifeRecord } from '../life-record.ts';
import { isFunding, isReady, Subject, type Payment } from '../subject.ts';
import type { Life } from '../../kit/life.ts';
import { bornTarget } from './born.ts';
import { payAll } from './paying.ts';
import { RECORD } from '../well-known.ts';
import { onStage, type Scene } from './scene.ts';
import { CHANGED_MS, GRACE, RESTART_READY_MS, STOP_MS, WAITING_MS } from './timing.ts';

/** Half of what nodes take for a slip (sendrawtransaction, maxfeerate): an anchor costs some million satoshi. */
const DEAR_SAT_VB = 5_000;

export interface DrySeen {
  lives: LifeRecord[];
  payment?: Payment;
  /** What was paid for the SUCCESSOR. */
  more?: Payment;
  answer?: ControlAnswer | undefined;
  /** Whether it asked for coin after `successor`. */
  asked?: boolean;
  /** The record while it waits for coin. */
  meanwhile?: HttpResult;
  /** Anchors there were before it was paid again. */
  before: ChainTransaction[];
  readyAgain?: boolean;
  descendants: ChainTransaction[];
}

export const dry: Scene<DrySeen> = {
  title: 'the coin of a target does not pay for the SUCCESSOR that it declares',
  play: async (world, name) => onStage(await Subject.create(world, name), (subject) => play(subject)),
};

async function play(subject: Subject): Promise<DrySeen> {
  const seen: DrySeen = { lives: [], before: [], descendants: [] };
  const born = await bornTarget(subject, (payment) => (seen.payment = payment));
  if (born) {
    await born.life.stop('SIGTERM', STOP_MS * GRACE);
    seen.lives.push(recordOf(born.life));
    await dearLife(subject, seen);
  }
  seen.descendants = await subject.descendants(seen.payment, seen.more);
  return seen;
}

async function dearLife(subject: Subject, seen: DrySeen): Promise<void> {
  const { configuration } = subject;
  const life = subject.launch({ ...configuration, chain: { ...configuration.chain, fee_sat_vb: DEAR_SAT_VB } });
  if (await life.line(isReady, RESTART_READY_MS * GRACE)) {
    const from = life.lineCount;
    seen.answer = await life.control({ control: 'successor' });
    if (seen.answer?.ok === true) await payForIt(subject, seen, from);
  }
  await life.stop('SIGTERM', STOP_MS * GRACE);
  seen.lives.push(recordOf(life));
}

async function payForIt(subject: Subject, seen: DrySeen, from: number): Promise<void> {
  const life = subject.lives.at(-1);
  const funding = await life?.line(isFunding, WAITING_MS, from);
  seen.asked = funding !== undefined;
  seen.meanwhile = await subject.http(RECORD);
  seen.before = await subject.descendants(seen.payment);
  const more = funding && (await subject.pay(funding.line));
  if (!life || !more) return;
  seen.more = more;
  // A relay may have asked for registrations first.
  payAll(
    subject,
    life,
    life.lines.slice(0, life.lines.indexOf(funding) + 1).filter(({ line }) => isFunding(line)).length,
  );
  seen.readyAgain = await comesIntoForce(subject, life, from);
}

/** Waits for the `ready` that a successor record is served with: one before only says that the target goes on. */
async function comesIntoForce(subject: Subject, life: Life, from: number): Promise<boolean> {
  const deadline = performance.now() + CHANGED_MS;
  for (let heard = from; await subject.ready(life, deadline - performance.now(), heard);) {
    heard = life.lineCount;
    const record = await subject.http(RECORD);
    if (!('failed' in record) && record.body.includes('"previous_signature"')) return true;
  }
  return false;
}
