/**
 * The chain of a born target is reorganised: one block deep above its BIRTH, then so deep that the BIRTH falls out, and
 * at last six blocks deep on a node that has forgotten its mempool. On a node of the scene's own.
 */
import type { ChainTransaction } from '../chain-index.ts';
import type { HttpResult } from '../http-client.ts';
import { recordOf, type LifeRecord } from '../life-record.ts';
import { isWaiting, Subject, type Payment } from '../subject.ts';
import type { World } from '../world.ts';
import { bornTarget } from './born.ts';
import { comesBack, forgetMempool } from './coming-back.ts';
import { recordOnce } from './resources.ts';
import { onStage, type Scene } from './scene.ts';
import { CHANGED_MS, GRACE, STOP_MS, WAITING_MS } from './timing.ts';
import type { Life } from '../../kit/life.ts';

/** What was seen of one reorganisation. */
export interface Reorganisation {
  depth: number;
  /** Whether the BIRTH was in one of the blocks that went. */
  tookBirth: boolean;
  forgotten: boolean;
  /** What it answered when its BIRTH was gone, and the code that it waited with. */
  meanwhile?: HttpResult;
  waiting?: string | undefined;
  /** Whether the BIRTH was back in the mempool or the chain, and `ready` came again. */
  returned: boolean;
  readyAgain: boolean;
  /** The record afterwards, where the BIRTH was then, and the headers that followed it. */
  record?: HttpResult;
  birth?: ChainTransaction;
  following: string[];
}

export interface ReorganisedSeen {
  life?: LifeRecord;
  payment?: Payment;
  reorganisations: Reorganisation[];
  descendants: ChainTransaction[];
}

const DEEPEST = 6;
const HEADER_DIGITS = 160;
const OK = 200;

export const reorganised: Scene<ReorganisedSeen> = {
  title: 'the chain is reorganised under a born target',
  chain: 'exclusive',
  play: async (world, name) => onStage(await Subject.create(world, name), (subject) => play(world, subject)),
};

async function play(world: World, subject: Subject): Promise<ReorganisedSeen> {
  const seen: ReorganisedSeen = { reorganisations: [], descendants: [] };
  const born = await bornTarget(subject, (payment) => (seen.payment = payment));
  if (born) {
    const { life } = born;
    for (const step of [{ above: true }, { above: false }, { above: false, forgotten: true }]) {
      const found = await reorganise(world, subject, life, seen, step);
      if (found) seen.reorganisations.push(found);
      if (found?.readyAgain !== true) break;
    }
    await life.stop('SIGTERM', STOP_MS * GRACE);
    seen.life = recordOf(life);
  }
  seen.descendants = await subject.descendants(seen.payment);
  return seen;
}

async function reorganise(
  world: World,
  subject: Subject,
  life: Life,
  seen: ReorganisedSeen,
  { above, forgotten = false }: { above: boolean; forgotten?: boolean },
): Promise<Reorganisation | undefined> {
  const birth = await birthNow(subject, seen);
  if (!birth?.block) return undefined;
  const { height } = birth.block;
  if (forgotten) await world.regtest.mine(Math.max(0, DEEPEST - 1 - ((await world.index.tipHeight()) - height)));
  const depth = (await world.index.tipHeight()) - height + (above ? 0 : 1);
  const found: Reorganisation = {
    ...{ depth, tookBirth: !above, forgotten, returned: false, readyAgain: false },
    following: [],
  };
  const from = life.lineCount;
  await world.regtest.reorganise(depth);
  if (forgotten) await forgetMempool(world, subject);
  if (!above) {
    found.meanwhile = await recordOnce(subject, WAITING_MS / 2, ({ status }) => status !== OK);
    found.waiting = (await life.line(isWaiting, WAITING_MS / 2, from))?.line.code;
    found.returned = await comesBack(world, async () => (await birthNow(subject, seen)) !== undefined);
    found.readyAgain = (await subject.ready(life, CHANGED_MS, from)) !== undefined;
  } else {
    await world.regtest.mine(1); // with more work than the branch that went
    found.returned = found.readyAgain = true;
  }
  await lookAgain(world, subject, seen, found);
  return found;
}

/** What spends the outpoint that the kit paid. */
async function birthNow(subject: Subject, { payment }: ReorganisedSeen): Promise<ChainTransaction | undefined> {
  const [first] = await subject.descendants(payment);
  return first;
}

/** What it shows now, and what the chain is like; once it shows the last block that it has to, or has had its time. */
async function lookAgain(world: World, subject: Subject, seen: ReorganisedSeen, found: Reorganisation): Promise<void> {
  const birth = await birthNow(subject, seen);
  if (!birth?.block) return;
  found.birth = birth;
  const { height } = birth.block;
  const count = Math.min(DEEPEST, subject.configuration.policy.confirmations - 1);
  // A target that has ended meanwhile had no more blocks mined for it.
  const last = Math.min(height + count, await world.index.tipHeight());
  for (let next = height + 1; next <= last; next++) {
    const hash = (await world.index.blockAt(next)).hash;
    found.following.push((await world.chain.rpc.call<string>('getblockheader', [hash, false])).slice(0, HEADER_DIGITS));
  }
  const newest = found.following.at(-1) ?? birth.block.hash;
  found.record = await recordOnce(subject, WAITING_MS / 2, ({ body }) => body.includes(newest));
}
