/**
 * A whole life: an unborn target is launched, paid and born; everything it hosts is fetched; it is stopped,
 * started again, killed and started once more. Nothing is out of the ordinary, so whatever is wrong here
 * is wrong for every user.
 */
import type { ControlAnswer } from '../../../reference/gen/schemas.ts';
import type { GrpcResult } from '../grpc-client.ts';
import type { HttpResult } from '../http-client.ts';
import { recordOf, type LifeRecord } from '../life-record.ts';
import { isFunding, isListening, isReady, Subject, type Payment } from '../subject.ts';
import type { ChainTransaction } from '../chain-index.ts';
import type { World } from '../world.ts';
import { fetchHosted, fetchUnready } from './fetching.ts';
import { briskBirth, type BriskSeen } from './brisk-birth.ts';
import { onStage, type Reveal, type Scene } from './scene.ts';
import { payAndHold, spentSoon } from './standing-still.ts';
import { BLOCK_EVERY_MS, GRACE, LISTENING_MS, READY_MS, RESTART_READY_MS, STOP_MS, WATCH_MS } from './timing.ts';
import type { Life } from '../../kit/life.ts';

export interface BirthSeen extends BriskSeen {
  /** Private keys that were handed to the target, hexadecimal, where it takes them. */
  imported: { anchor: string; next_anchor: string; status: string } | undefined;
  /** Lives in order: first, restarted after SIGTERM, restarted after SIGKILL. */
  lives: LifeRecord[];
  /** Whether its coin was spent while the chain stood still with one confirmation upon it. */
  spentEarly?: boolean;
  /** Height of the tip that the record was written under, where that is known. */
  writtenUnder?: number;
  /** Times, by Date.now(), between which the record was written. */
  bornBetween?: { since: number; until: number };
  /** Milliseconds from payment to `ready`. */
  readyAfterMs?: number;
  /** Answers to control lines: a known one, one that nobody knows, one with a value of another type, and one after noise. */
  controls?: Readonly<Record<'clock' | 'unknown' | 'malformed' | 'afterNoise', ControlAnswer | undefined>>;
  /** The hosted record once the BIRTH has 6 confirmations. */
  deep?: { result: HttpResult; gzip: HttpResult; tipHeight: number };
  /** The hosted record of the second and third life. */
  later: HttpResult[];
  /** Health during the first life, after `ready`. */
  health?: GrpcResult<number>;
  /** Transactions that spend what the kit paid, from the first life to after the third, in chain order. */
  descendants: ChainTransaction[];
}

/** So many starts may be late before one counts (C.1). */
const LATE_STARTS = 2;

/** One that anchors later may wait for more blocks than it has to. */
const ANCHORS_SOON_MS = 2_000;

export const birth: Scene<BirthSeen> = {
  title: 'a target is born, hosts its record and lives on through restarts',
  play: async (world, name, reveal) =>
    onStage(await Subject.create(world, name), (subject) => play(world, subject, reveal)),
  brisk: briskBirth,
};

async function play(world: World, subject: Subject, reveal: Reveal<BirthSeen>): Promise<BirthSeen> {
  const seen: BirthSeen = {
    imported: importedKeys(subject),
    configuration: subject.configuration,
    lives: [],
    later: [],
    descendants: [],
  };
  const { configuration, imported } = seen;
  reveal({ configuration, imported });
  if (await firstLife(world, subject, seen, reveal)) await laterLives(world, subject, seen);
  else world.birthFailed = true;
  seen.descendants = await subject.descendants(seen.payment);
  return seen;
}

async function firstLife(world: World, subject: Subject, seen: BirthSeen, reveal: Reveal<BirthSeen>): Promise<boolean> {
  const life = subject.launch();
  if (!(await life.line(isListening, LISTENING_MS * GRACE))) return leave(life, seen, false);
  seen.unready = await fetchUnready(subject);
  reveal({ unready: seen.unready });
  const funding = await life.line(isFunding, READY_MS);
  if (!funding) return leave(life, seen, false);
  let paidAt = performance.now();
  const { payment, spent } = await payAndHold(world, life, 1, async () => {
    const paid = await subject.pay(funding.line);
    paidAt = performance.now();
    return paid;
  });
  if (!payment || spent === undefined) return leave(life, seen, false);
  seen.payment = payment;
  seen.spentEarly = spent;
  reveal({ payment, spentEarly: spent });
  await writeUnderKnownTip(world, subject, payment, seen);
  const ready = await subject.ready(life, READY_MS * GRACE);
  if (!ready) return leave(life, seen, false);
  seen.readyAfterMs = performance.now() - paidAt;
  seen.bornBetween = { since: Date.now() - seen.readyAfterMs, until: Date.now() };
  // Held still, so that the BIRTH is not deep before it is looked at while it is young (MDT-LOC-002).
  const release = await world.regtest.mineAndHold(0);
  try {
    seen.hosted = await fetchHosted(world, subject);
  } finally {
    release();
  }
  const { hosted, bornBetween, readyAfterMs, writtenUnder } = seen;
  reveal({ hosted, bornBetween, readyAfterMs, ...(writtenUnder !== undefined && { writtenUnder }) });
  seen.controls = await speak(life);
  reveal({ controls: seen.controls });
  seen.deep = await fetchDeep(world, subject);
  reveal({ deep: seen.deep });
  return leave(life, seen, true);
}

/** As many blocks as its first input needs, and no more until it has anchored: so the tip is known that it wrote its record under. */
async function writeUnderKnownTip(world: World, subject: Subject, payment: Payment, seen: BirthSeen): Promise<void> {
  const release = await world.regtest.mineAndHold(subject.configuration.policy.confirmations - 1);
  try {
    const tip = await world.index.tipHeight();
    if (await spentSoon(world, payment, ANCHORS_SOON_MS)) seen.writtenUnder = tip;
  } finally {
    release();
  }
}

/** Control lines, with noise in between that a target has to survive. */
async function speak(life: Life): Promise<NonNullable<BirthSeen['controls']>> {
  const clock = life.control({ control: 'clock', offset_seconds: 0 });
  const unknown = life.control({ control: 'no_such_control' });
  const malformed = life.control({ control: 'clock', offset_seconds: 'soon' });
  life.writeLine('this line is not JSON');
  life.writeLine('{"control":"clock"}');
  const afterNoise = life.control({ control: 'clock', offset_seconds: 0 });
  return { clock: await clock, unknown: await unknown, malformed: await malformed, afterNoise: await afterNoise };
}

/** Waits until the BIRTH has 6 confirmations and the target shows it, or has had a second to do so. */
async function fetchDeep(world: World, subject: Subject): Promise<NonNullable<BirthSeen['deep']>> {
  await world.regtest.mine(5);
  const deadline = performance.now() + WATCH_MS;
  for (;;) {
    const result = await subject.http('/.well-known/milagro-birth-record');
    const shows = !('failed' in result) && result.body.includes('"txref"');
    if (shows || performance.now() > deadline) {
      const gzip = await subject.http('/.well-known/milagro-birth-record', { headers: { 'accept-encoding': 'gzip' } });
      return { result, gzip, tipHeight: await world.index.tipHeight() };
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function leave(life: Life, seen: BirthSeen, born: boolean): Promise<boolean> {
  await life.stop('SIGTERM', STOP_MS * GRACE);
  seen.lives.push(recordOf(life));
  return born;
}

async function laterLives(world: World, subject: Subject, seen: BirthSeen): Promise<void> {
  await subject.searchDataDir();
  let before: 'SIGTERM' | 'SIGKILL' = 'SIGTERM';
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const { life, ready } = await startedAgain(subject, before);
    if (ready) {
      seen.later.push(await subject.http('/.well-known/milagro-birth-record'));
      await tempt(world);
    }
    await life.stop(signal, STOP_MS * GRACE);
    await subject.searchDataDir();
    seen.lives.push(recordOf(life));
    if (!ready) return;
    before = signal;
  }
}

/** A machine that is busy makes any target late, so a late start is tried again, after the same end. */
async function startedAgain(subject: Subject, before: 'SIGTERM' | 'SIGKILL'): Promise<{ life: Life; ready: boolean }> {
  for (let left = LATE_STARTS; ; left--) {
    const life = subject.launch();
    const ready = await life.line(isReady, RESTART_READY_MS * GRACE);
    if (left === 0 || (ready && ready.at <= RESTART_READY_MS)) return { life, ready: ready !== undefined };
    await life.stop(before, STOP_MS * GRACE);
  }
}

/** A few blocks, in which a target that wants a second birth can have one. */
async function tempt(world: World): Promise<void> {
  const release = world.regtest.keepMining(BLOCK_EVERY_MS);
  await new Promise((resolve) => setTimeout(resolve, WATCH_MS / 2));
  release();
}

function importedKeys({ configuration }: Subject): BirthSeen['imported'] {
  const { anchor, next_anchor, status } = configuration.import_secrets ?? {};
  return anchor !== undefined && next_anchor !== undefined && status !== undefined
    ? { anchor, next_anchor, status }
    : undefined;
}
