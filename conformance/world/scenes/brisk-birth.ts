/**
 * A birth on the straight way: paid and confirmed at once, looked at as soon as it is ready. It tempts the target to nothing
 * and waits for nothing to go wrong, so it shows less than the scene `birth`; what it shows is the same.
 */
import { isFunding, isListening, isReady, Subject, type Payment } from '../subject.ts';
import type { World } from '../world.ts';
import { fetchHosted, fetchUnready, type HostedSeen, type UnreadySeen } from './fetching.ts';
import type { Reveal } from './scene.ts';
import { GRACE, LISTENING_MS, READY_MS } from './timing.ts';

/** What is seen of a birth either way. */
export interface BriskSeen {
  configuration: Subject['configuration'];
  /** What it answered between `listening` and being paid. */
  unready?: UnreadySeen;
  payment?: Payment;
  /** What it hosts, right after `ready`. */
  hosted?: HostedSeen;
}

const LOOK_EVERY_MS = 20;
/** One that takes longer to ask for coin is waited for by the whole scene. */
const ASKS_SOON_MS = 5_000;

export async function briskBirth(world: World, name: string, reveal: Reveal<BriskSeen>): Promise<void> {
  const subject = await Subject.create(world, name);
  try {
    await beBorn(world, subject, reveal);
  } finally {
    await subject.dispose();
  }
}

async function beBorn(world: World, subject: Subject, reveal: Reveal<BriskSeen>): Promise<void> {
  const { configuration } = subject;
  reveal({ configuration });
  const life = subject.launch();
  if (!(await life.line(isListening, LISTENING_MS * GRACE))) return;
  reveal({ unready: await fetchUnready(subject) });
  const funding = await life.line(isFunding, ASKS_SOON_MS);
  const payment = funding && (await subject.pay(funding.line));
  if (!payment) return;
  reveal({ payment });
  const deep = configuration.policy.confirmations;
  await world.regtest.mine(deep);
  const ready = subject.ready(life, READY_MS);
  const over = ready.then(() => true);
  while (!(await Promise.race([over, world.index.isSpent(payment)])))
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  if (!life.lines.some(({ line }) => isReady(line))) await world.regtest.mine(deep);
  if (!(await ready)) return;
  const release = await world.regtest.mineAndHold(0);
  try {
    reveal({ hosted: await fetchHosted(world, subject) });
  } finally {
    release();
  }
}
