/**
 * A born target keeps a log: entries come in bursts, periods end with and without any, it is killed in the middle of a
 * burst and is away over the end of a period, and its node goes away for longer than two.
 */
import type { ControlAnswer, LaunchConfiguration } from '../../../reference/gen/schemas.ts';
import type { Life } from '../../kit/life.ts';
import type { ChainTransaction } from '../chain-index.ts';
import type { GrpcResult } from '../grpc-client.ts';
import { recordOf, type LifeRecord } from '../life-record.ts';
import { isReady, Subject, type Payment } from '../subject.ts';
import type { World } from '../world.ts';
import { bornTarget } from './born.ts';
import { keepGlimpsing, type Glimpse } from './glimpses.ts';
import { lookAtLog, placesOf, rootAfter, type LogLook, type LogPlaces } from './log-looking.ts';
import { namedBlocks, type NamedBlocks } from './named-blocks.ts';
import { onStage, type Scene } from './scene.ts';
import { BREATH_MS, GRACE, RESTART_READY_MS, STOP_MS } from './timing.ts';

/** An entry that was asked for, and what came back. */
export interface Asked {
  readonly kind: 'person' | 'app' | 'thing';
  readonly subject: string;
  /** In which life, from 0. */
  readonly life: number;
  readonly answer: ControlAnswer | undefined;
  /** When the answer was there, in milliseconds since 1970. */
  readonly answeredAt: number;
}

/** An entry that was made while checkpoints were watched. */
export interface Grown {
  readonly answer: ControlAnswer;
  readonly appendedAt: number;
}

export interface LoggingSeen {
  configuration: LaunchConfiguration;
  lives: LifeRecord[];
  payment?: Payment;
  /** When it was ready for the first time, by Date.now(). */
  readyAt?: number;
  asked: Asked[];
  /** After the first bursts, after the crash, and after the outage. */
  looks: LogLook[];
  /** How many roots there were, again and again until the last look. */
  glimpses: Glimpse[];
  /** What WatchCheckpoints sent, and the entries that it was to tell of, each with when it had been acknowledged. */
  followed?: { result: GrpcResult<{ at: number; checkpoint: Buffer }[]>; grown: Grown[] };
  /** Blocks that roots and STATUSes name. */
  blocks: NamedBlocks;
  /** Transactions of the lineage after the outage that are none of those before its end. Absent where it did not live on. */
  resumed?: ChainTransaction[];
  descendants: ChainTransaction[];
}

const POLICY = { log_period_seconds: 1, anchor_period_seconds: 2, canary_max_age_seconds: 60 };
const PERIOD_MS = POLICY.log_period_seconds * 1_000;
const WATCH_MS = 2_000;
/** Twice the time after which one is due, and the period whose root it carries. */
const HEARTBEATS_MS = 2 * (POLICY.anchor_period_seconds * 1_000 + PERIOD_MS);
const BLOCK_MS = 500;
/** So that there are tiles that are full, and one above them. */
const MORE_THAN_A_TILE = 260;
/** How often the log grows while it is watched. */
const GROWTHS = 3;
/** Of which none has its root before the node is back, so that whoever dates one back does so by seconds. */
const OUTAGE_PERIODS = 4;
/** Whoever is killed meanwhile answers within this time or never. */
const DYING_MS = 1_500;
const KINDS = ['person', 'app', 'thing'] as const;

export const logging: Scene<LoggingSeen> = {
  title: 'a target keeps a log through a crash and an outage of its node',
  profile: 'log',
  play: async (world, name) => onStage(await Subject.create(world, name, POLICY), (subject) => play(world, subject)),
};

async function play(world: World, subject: Subject): Promise<LoggingSeen> {
  const seen: LoggingSeen = {
    ...{ configuration: subject.configuration, lives: [], asked: [], looks: [], glimpses: [] },
    ...{ blocks: new Map(), descendants: [] },
  };
  const born = await bornTarget(subject, (payment) => (seen.payment = payment));
  if (born) {
    seen.readyAt = Date.now();
    const release = world.regtest.keepMining(BLOCK_MS);
    const places = await placesOf(subject);
    const glimpsing = keepGlimpsing(subject, places);
    await firstLife(world, subject, born.life, places, seen);
    await away();
    await secondLife(world, subject, places, seen);
    seen.glimpses = await glimpsing.end();
    release();
  }
  seen.descendants = await subject.descendants(seen.payment);
  seen.blocks = await namedBlocks(world, seen);
  return seen;
}

async function firstLife(
  world: World,
  subject: Subject,
  life: Life,
  places: LogPlaces,
  seen: LoggingSeen,
): Promise<void> {
  await burst(world, life, MORE_THAN_A_TILE, seen);
  await rootAfter(subject, places, PERIOD_MS, Date.now() + PERIOD_MS);
  await burst(world, life, 25, seen);
  seen.followed = await follow(world, subject, life, seen);
  await rootAfter(subject, places, PERIOD_MS);
  seen.looks.push(await lookAtLog(subject, places));
  // The others are still under way when some are answered.
  const killed = burst(world, life, 60, seen, DYING_MS);
  await life.until(
    () => life.lines.filter(({ line }) => 'id' in line && line.ok).length >= MORE_THAN_A_TILE + 40,
    5_000,
  );
  await life.stop('SIGKILL');
  await killed;
  seen.lives.push(recordOf(life));
}

/** Over the end of a period at least. Nothing is asked of a target that is away. */
async function away(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, PERIOD_MS));
}

async function secondLife(world: World, subject: Subject, places: LogPlaces, seen: LoggingSeen): Promise<void> {
  const life = subject.launch();
  if (await life.line(isReady, RESTART_READY_MS * GRACE)) {
    await rootAfter(subject, places, PERIOD_MS);
    seen.looks.push(await lookAtLog(subject, places));
    await burst(world, life, 10, seen);
    subject.gateway.cut();
    await new Promise((resolve) => setTimeout(resolve, OUTAGE_PERIODS * PERIOD_MS));
    await burst(world, life, 10, seen);
    const before = await anchorsOf(subject, seen);
    subject.gateway.restore();
    await rootAfter(subject, places, PERIOD_MS);
    seen.resumed = await anchoredBeside(subject, before, seen);
    seen.looks.push(await lookAtLog(subject, places));
  }
  await life.stop('SIGTERM', STOP_MS * GRACE);
  seen.lives.push(recordOf(life));
}

async function anchorsOf(subject: Subject, { payment }: LoggingSeen): Promise<ReadonlySet<string>> {
  return new Set((await subject.descendants(payment)).map(({ txid }) => txid));
}

/** Waits for an anchor after an outage, for as long as heartbeats may be apart while blocks come. */
async function anchoredBeside(
  subject: Subject,
  before: ReadonlySet<string>,
  { payment }: LoggingSeen,
): Promise<ChainTransaction[]> {
  const end = Date.now() + HEARTBEATS_MS * GRACE;
  for (;;) {
    const found = (await subject.descendants(payment)).filter(({ txid }) => !before.has(txid));
    if (found.length > 0 || Date.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
  }
}

/** Asks for entries, all at once. */
async function burst(world: World, life: Life, count: number, seen: LoggingSeen, forMs?: number): Promise<void> {
  const lifeNumber = seen.lives.length;
  const first = seen.asked.length;
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const kind = KINDS[index % KINDS.length] ?? 'person';
      const subject = world.random.hex(`entry ${String(first + index)} of life ${String(lifeNumber)}`, 32);
      const answer = await life.control({ control: 'append', kind, subject }, forMs);
      seen.asked.push({ kind, subject, life: lifeNumber, answer, answeredAt: Date.now() });
    }),
  );
}

async function until(condition: () => boolean, forMs: number): Promise<void> {
  const end = Date.now() + forMs;
  while (!condition() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, BREATH_MS / 5));
}

/** Watches while entries are made, one after the other is told of. */
async function follow(
  world: World,
  subject: Subject,
  life: Life,
  seen: LoggingSeen,
): Promise<NonNullable<LoggingSeen['followed']>> {
  const grpc = subject.grpc();
  try {
    const over = Promise.withResolvers<void>();
    const sizes: number[] = [];
    const size = (checkpoint: Buffer): number => Number(checkpoint.toString('utf8').split('\n')[1]);
    const watching = grpc.watchCheckpoints(over.promise, (checkpoint) => sizes.push(size(checkpoint)));
    await until(() => sizes.length > 0, WATCH_MS);
    const grown: Grown[] = [];
    for (let growth = 0; growth < GROWTHS; growth += 1) {
      const before = Math.max(0, ...sizes);
      await burst(world, life, 1, seen);
      const appendedAt = Date.now();
      const { answer } = seen.asked.at(-1) ?? {};
      if (!answer) break;
      grown.push({ answer, appendedAt });
      await until(() => sizes.some((after) => after > before), WATCH_MS * GRACE);
    }
    over.resolve();
    return { result: await watching, grown };
  } finally {
    grpc.close();
  }
}
