/**
 * A born target keeps a canary: it renews its STATUS, tells that a code has triggered while a heartbeat waits in the
 * mempool, and then another, lives on through a kill, and begins anew under a successor record, which takes the place of a heartbeat too.
 */
import type { ControlAnswer, LaunchConfiguration } from '../../../reference/gen/schemas.ts';
import type { Life } from '../../kit/life.ts';
import type { ChainTransaction } from '../chain-index.ts';
import { claims } from '../claims.ts';
import { answeredJson, type HttpResult } from '../http-client.ts';
import { recordOf, type LifeRecord } from '../life-record.ts';
import { isReady, Subject, type Payment } from '../subject.ts';
import type { World } from '../world.ts';
import { bornTarget } from './born.ts';
import { lookAtLog, placesOf, rootAfter, seqIn, type LogLook, type LogPlaces } from './log-looking.ts';
import type { Asked } from './logging.ts';
import { namedBlocks, type NamedBlocks } from './named-blocks.ts';
import { onStage, type Scene } from './scene.ts';
import { BREATH_MS, CHANGED_MS, GRACE, RESTART_READY_MS, STOP_MS, WAITING_MS } from './timing.ts';
import { lookUnready, type UnreadySeen } from './unready-log.ts';

/** What waits in the mempool while the chain stands still. */
export interface Waiting {
  /** The heartbeat that waited. */
  heartbeat?: ChainTransaction;
  /** Unconfirmed transactions of the lineage after something more urgent was declared. */
  after: ChainTransaction[];
}

export interface CanarySeen {
  configuration: LaunchConfiguration;
  lives: LifeRecord[];
  payment?: Payment;
  /** The newest STATUS and root at the first `ready`. */
  atReady?: { status: HttpResult; root: HttpResult };
  /** In order of time: before anything triggered, after it, after a kill, and under the successor. */
  looks: LogLook[];
  /** What one like it that nobody has paid for answers. */
  unready?: UnreadySeen;
  /** Answers to `status`: one without a code, one without two, and one that holds them again. */
  answers: (ControlAnswer | undefined)[];
  /** Codes that were told to be true. */
  told: readonly string[];
  trip?: Waiting;
  /** Of the lineage when a root was anchored upon the last STATUS that told of a code, or when none was for two anchor periods and more. */
  tripped?: ChainTransaction[];
  succession?: Waiting & {
    answer: ControlAnswer | undefined;
    readyAgain: boolean;
    /** Of the newest root once it was ready again; where there was none, -1. */
    newestRoot?: number;
  };
  /** Entries that were asked for: one before the successor, one under it. */
  asked: Asked[];
  /** Blocks that roots and STATUSes name. */
  blocks: NamedBlocks;
  descendants: ChainTransaction[];
}

const POLICY = { log_period_seconds: 1, anchor_period_seconds: 1, canary_max_age_seconds: 4 };
const CODES = ['WAR', 'GAG', 'SUBP', 'TRAP', 'CEASE', 'DURESS', 'RAID', 'SEIZE', 'XCRED', 'XOPERS'];
const TRIGGERED = 'RAID';
const TRIGGERED_LATER = 'GAG';
const PERIOD_MS = POLICY.log_period_seconds * 1_000;
/** Three times the time after which one is due, and the period whose root it carries: STATUSes wait for blocks before it. */
const HEARTBEATS_MS = 3 * (POLICY.anchor_period_seconds * 1_000 + PERIOD_MS);
const BLOCK_MS = 500;
/** The clock's own step, and the most that is waited for a STATUS however late it lets itself be. */
const TICK_MS = 1_000;
const LONGEST_MS = 60_000;
const KIND_AT = 13;
const STATUS = '02';
const ACTIVITY_ROOT = '03';
/** Kind octet of a heartbeat: an ACTIVITY_ROOT, or of a relay, which has no log, a STATUS. */
const heartbeatOf = ({ target }: World): string => (target.manifest.role === 'relay' ? STATUS : ACTIVITY_ROOT);
/** OP_RETURN, OP_PUSHDATA1 and the length of 78 octets. */
const SCRIPT_PREFIX_DIGITS = 6;

export const canary: Scene<CanarySeen> = {
  title: 'a target keeps a canary, and tells that it has tripped',
  chain: 'exclusive',
  profile: 'status',
  play: async (world, name) => onStage(await Subject.create(world, name, POLICY), (subject) => play(world, subject)),
};

async function play(world: World, subject: Subject): Promise<CanarySeen> {
  const seen: CanarySeen = {
    ...{ configuration: subject.configuration, lives: [], looks: [], answers: [], asked: [] },
    told: CODES.filter((code) => code !== TRIGGERED),
    ...{ blocks: new Map(), descendants: [] },
  };
  const born = await bornTarget(subject, (payment) => (seen.payment = payment));
  if (born) {
    const places = await placesOf(subject);
    const [status, root] = await Promise.all([
      subject.http(places.status ?? ''),
      subject.http(`${places.log ?? ''}/root`),
    ]);
    seen.atReady = { status, root };
    const release = world.regtest.keepMining(BLOCK_MS);
    await renewed(subject, places);
    seen.looks.push(await lookAtLog(subject, places));
    const tripped = trip(world, subject, born.life, places, seen);
    const [unready] = await Promise.all([lookUnready(world, subject.scene, places), tripped]);
    if (unready) seen.unready = unready;
    await born.life.stop('SIGKILL');
    seen.lives.push(recordOf(born.life));
    await laterLife(world, subject, places, seen);
    release();
  }
  seen.descendants = await subject.descendants(seen.payment);
  seen.blocks = await namedBlocks(world, seen);
  return seen;
}

/**
 * Waits for so many STATUSes more than there are, for as long as each lets wait: its time may be ahead of the clock, as the
 * chain's is.
 */
async function renewed(subject: Subject, { status = '' }: LogPlaces, more: number = 1): Promise<void> {
  const patience = Date.now() + LONGEST_MS;
  const began = seqIn(await subject.http(status), 'status') ?? 0;
  for (;;) {
    const newest = await subject.http(status);
    const due = dueIn(newest);
    const issued = (seqIn(newest, 'status') ?? 0) - began;
    if (due === undefined || issued >= more || Date.now() > Math.min(due + TICK_MS, patience)) return;
    await breathe();
  }
}

async function trip(world: World, subject: Subject, life: Life, places: LogPlaces, seen: CanarySeen): Promise<void> {
  if (!claims(world, 'status')) return;
  seen.trip = await overHeartbeat(world, subject, seen, async () => {
    seen.answers.push(await life.control({ control: 'status', codes: seen.told }));
  });
  const fewer = seen.told.filter((code) => code !== TRIGGERED_LATER);
  seen.answers.push(await life.control({ control: 'status', codes: fewer }));
  seen.answers.push(await life.control({ control: 'status', codes: CODES }));
  [seen.tripped] = await Promise.all([beatingAgain(world, subject, seen), renewedAgain(subject, places)]);
  seen.looks.push(await lookAtLog(subject, places));
}

/** Waits for a heartbeat upon the newest STATUS, as long as heartbeats may be apart while blocks come. */
async function beatingAgain(world: World, subject: Subject, { payment }: CanarySeen): Promise<ChainTransaction[]> {
  const end = Date.now() + HEARTBEATS_MS * GRACE;
  for (;;) {
    const found = await subject.descendants(payment);
    const last = found.findLast((tx) => [STATUS, ACTIVITY_ROOT].includes(kindOf(tx)));
    if (!last || kindOf(last) === heartbeatOf(world) || Date.now() > end) return found;
    await breathe();
  }
}

async function laterLife(world: World, subject: Subject, places: LogPlaces, seen: CanarySeen): Promise<void> {
  const life = subject.launch();
  if (await life.line(isReady, RESTART_READY_MS * GRACE)) {
    await renewedAgain(subject, places);
    seen.looks.push(await lookAtLog(subject, places));
    await append(world, life, seen);
    if (claims(world, 'successor')) {
      let answer: ControlAnswer | undefined;
      const from = life.lineCount;
      const waiting = await overHeartbeat(world, subject, seen, async () => {
        answer = await life.control({ control: 'successor' });
      });
      const readyAgain = (await subject.ready(life, CHANGED_MS, from)) !== undefined;
      seen.succession = { ...waiting, answer, readyAgain };
      if (readyAgain) {
        seen.succession.newestRoot = seqIn(await subject.http(`${places.log ?? ''}/root`), 'activity_root') ?? -1;
        await append(world, life, seen);
        await renewed(subject, places, 2);
        // Two periods, of which one has begun under the successor.
        await rootAfter(subject, places, PERIOD_MS, Date.now() + PERIOD_MS);
      }
      seen.looks.push(await lookAtLog(subject, places));
    }
  }
  await life.stop('SIGTERM', STOP_MS * GRACE);
  seen.lives.push(recordOf(life));
}

async function append(world: World, life: Life, seen: CanarySeen): Promise<void> {
  if (!claims(world, 'append')) return;
  const subject = world.random.hex(`entry ${String(seen.asked.length)} of the canary`, 32);
  const answer = await life.control({ control: 'append', kind: 'app', subject });
  seen.asked.push({ kind: 'app', subject, life: seen.lives.length, answer, answeredAt: Date.now() });
}

/** Waits for a STATUS more than there are. */
async function renewedAgain(subject: Subject, { status = '' }: LogPlaces): Promise<void> {
  const began = seqIn(await subject.http(status), 'status') ?? 0;
  const until = Date.now() + POLICY.canary_max_age_seconds * 1_000 * GRACE;
  for (;;) {
    const newest = await subject.http(status);
    if (Date.now() > until || 'failed' in newest || (seqIn(newest, 'status') ?? 0) > began) return;
    await breathe();
  }
}

/** Lets a heartbeat wait in the mempool, does something more urgent, and looks at what waits then. */
async function overHeartbeat(
  world: World,
  subject: Subject,
  seen: CanarySeen,
  declare: () => Promise<void>,
): Promise<Waiting> {
  const release = await world.regtest.mineAndHold(0);
  try {
    const heartbeat = await waitingHeartbeat(subject, seen, heartbeatOf(world));
    await declare();
    const until = Date.now() + WAITING_MS;
    const isThere = (all: readonly ChainTransaction[]): boolean => all.some(({ txid }) => txid === heartbeat?.txid);
    let after = await unconfirmed(subject, seen);
    while (Date.now() < until && isThere(after)) {
      await breathe();
      after = await unconfirmed(subject, seen);
    }
    return { ...(heartbeat && { heartbeat }), after };
  } finally {
    release();
  }
}

async function waitingHeartbeat(
  subject: Subject,
  seen: CanarySeen,
  kind: string,
): Promise<ChainTransaction | undefined> {
  // The STATUS of a relay, which is dated by a chain that is ahead of the clock, waits until the clock has come so far.
  const until = Date.now() + (kind === STATUS ? 3 : 1) * WAITING_MS;
  for (;;) {
    const found = (await unconfirmed(subject, seen)).find((tx) => kindOf(tx) === kind);
    if (found || Date.now() > until) return found;
    await breathe();
  }
}

async function unconfirmed(subject: Subject, { payment }: CanarySeen): Promise<ChainTransaction[]> {
  return (await subject.descendants(payment)).filter(({ block }) => block === undefined);
}

/** `next_due` of the STATUS in an envelope, by Date.now(). */
function dueIn(result: HttpResult): number | undefined {
  const { status } = (answeredJson(result) ?? {}) as { status?: { next_due?: unknown } };
  const due = typeof status?.next_due === 'string' ? Date.parse(status.next_due) : Number.NaN;
  return Number.isNaN(due) ? undefined : due;
}

/** Kind octet of a payload that is pushed as it should be. */
function kindOf({ vout }: ChainTransaction): string {
  const script = vout.find(({ scriptPubKey }) => scriptPubKey.hex.startsWith('6a'))?.scriptPubKey.hex ?? '';
  const at = SCRIPT_PREFIX_DIGITS + 2 * KIND_AT;
  return script.slice(at, at + 2);
}

async function breathe(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
}
