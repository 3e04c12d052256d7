/** The Bitcoin node is away at the start, goes away in the middle of the ceremony, and once more after `ready`. */
import { recordOf, type LifeRecord } from '../life-record.ts';
import type { HttpResult } from '../http-client.ts';
import { isFunding, isListening, isReady, isWaiting, Subject, waitsFor } from '../subject.ts';
import type { ChainTransaction } from '../chain-index.ts';
import type { World } from '../world.ts';
import { claims } from '../claims.ts';
import { moveClock, type MovedClock } from './moved-clock.ts';
import { onStage, type Scene } from './scene.ts';
import { BREATH_MS, GRACE, LISTENING_MS, READY_MS, STOP_MS, WAITING_MS } from './timing.ts';

export interface OutageSeen {
  life?: LifeRecord;
  /** Code of the first `waiting` in each outage: before funding, and after payment. */
  codes: (string | undefined)[];
  /** Whether it went on after each. */
  asked: boolean;
  paid: boolean;
  ready: boolean;
  /** What was anchored. */
  descendants: ChainTransaction[];
  /** The record of one whose clock was moved by a control line before its record was written. */
  moved?: MovedClock;
  /** The hosted record while the node was away after `ready`. */
  servedWithoutNode?: HttpResult;
}

export const outage: Scene<OutageSeen> = {
  title: 'the Bitcoin node is away at the start and in the middle',
  play: async (world, name) => onStage(await Subject.create(world, name), (subject) => play(world, subject)),
};

async function play(world: World, subject: Subject): Promise<OutageSeen> {
  const seen: OutageSeen = { codes: [], asked: false, paid: false, ready: false, descendants: [] };
  subject.gateway.cut();
  const life = subject.launch();
  await life.line(isListening, LISTENING_MS * GRACE);
  seen.codes.push((await life.line(isWaiting, WAITING_MS))?.line.code);
  subject.gateway.restore();
  const funding = await life.line(isFunding, READY_MS);
  await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
  // One that is ready without being paid looked at no chain, so it says nothing of outages.
  seen.asked = funding !== undefined && !life.lines.some(({ line }) => isReady(line));
  const clock = funding && claims(world, 'clock') ? await moveClock(life) : undefined;
  const payment = funding && (await subject.pay(funding.line));
  seen.paid = payment !== undefined;
  if (seen.paid) {
    const before = life.lineCount;
    subject.gateway.cut();
    await world.regtest.mine(1);
    seen.codes.push((await life.line(waitsFor('MDT_CHAIN_UNAVAILABLE'), WAITING_MS, before))?.line.code);
    subject.gateway.restore();
    seen.ready = (await subject.ready(life, READY_MS)) !== undefined;
  }
  if (seen.ready) {
    subject.gateway.cut();
    seen.servedWithoutNode = await subject.http('/.well-known/milagro-birth-record');
    subject.gateway.restore();
    if (clock) seen.moved = { ...clock, until: Date.now(), record: seen.servedWithoutNode };
  }
  seen.descendants = await subject.descendants(payment);
  await life.stop('SIGTERM', STOP_MS * GRACE);
  seen.life = recordOf(life);
  return seen;
}
