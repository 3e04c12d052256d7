/**
 * `kill -9` at the steps of the ceremony where the most can be lost: after the address was named (and paid
 * while nobody was there), after the payment was seen, and after the BIRTH was broadcast.
 */
import { recordOf, type LifeRecord } from '../life-record.ts';
import { isFunding, isListening, Subject, type Payment } from '../subject.ts';
import type { ChainTransaction } from '../chain-index.ts';
import type { World } from '../world.ts';
import { onStage, type Scene } from './scene.ts';
import { BLOCK_EVERY_MS, GRACE, LISTENING_MS, READY_MS, STOP_MS } from './timing.ts';

export interface KilledSeen {
  lives: LifeRecord[];
  payment?: Payment;
  /** Whether a BIRTH was seen on its way before the third life was ended. */
  sawBroadcast: boolean;
  /** `entity_id` of the last life, once ready. */
  entityId?: string;
  descendants: ChainTransaction[];
}

export const killed: Scene<KilledSeen> = {
  title: 'a target is killed at each step of its ceremony',
  play: async (world, name) => onStage(await Subject.create(world, name), (subject) => play(world, subject)),
};

async function play(world: World, subject: Subject): Promise<KilledSeen> {
  const seen: KilledSeen = { lives: [], sawBroadcast: false, descendants: [] };
  if (await killWhenAsking(subject, seen)) {
    await killWhenPaid(world, subject, seen);
    await killWhenAnchored(world, subject, seen);
    await liveOn(subject, seen);
  }
  seen.descendants = await subject.descendants(seen.payment);
  return seen;
}

/** The address is named, the process dies, the payment comes. */
async function killWhenAsking(subject: Subject, seen: KilledSeen): Promise<boolean> {
  const life = subject.launch();
  const funding = await life.line(isFunding, READY_MS);
  await life.stop('SIGKILL');
  seen.lives.push(recordOf(life));
  const payment = funding && (await subject.pay(funding.line));
  if (payment) seen.payment = payment;
  return payment !== undefined;
}

/** It is up again, one block comes, it dies. */
async function killWhenPaid(world: World, subject: Subject, seen: KilledSeen): Promise<void> {
  const life = subject.launch();
  await life.line(isListening, LISTENING_MS * GRACE);
  await world.regtest.mine(1);
  await new Promise((resolve) => setTimeout(resolve, BLOCK_EVERY_MS));
  await life.stop('SIGKILL');
  seen.lives.push(recordOf(life));
}

/** Blocks come until its BIRTH is on the way; it dies at once. */
async function killWhenAnchored(world: World, subject: Subject, seen: KilledSeen): Promise<void> {
  const { payment } = seen;
  if (!payment) return;
  const life = subject.launch();
  const release = world.regtest.keepMining(BLOCK_EVERY_MS);
  const deadline = performance.now() + READY_MS;
  while (!seen.sawBroadcast && !life.exit && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    seen.sawBroadcast = await world.index.isSpent(payment);
  }
  await life.stop('SIGKILL');
  release();
  seen.lives.push(recordOf(life));
}

async function liveOn(subject: Subject, seen: KilledSeen): Promise<void> {
  const life = subject.launch();
  const ready = await subject.ready(life, READY_MS * GRACE);
  if (ready) seen.entityId = ready.line.entity_id;
  await life.stop('SIGTERM', STOP_MS * GRACE);
  seen.lives.push(recordOf(life));
}
