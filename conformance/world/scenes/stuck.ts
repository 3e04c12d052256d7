/** The BIRTH is in the mempool, and no miner takes it: block after block comes without it. */
import type { ChainTransaction } from '../chain-index.ts';
import { recordOf, type LifeRecord } from '../life-record.ts';
import { isFunding, Subject, type Payment } from '../subject.ts';
import type { World } from '../world.ts';
import { onStage, type Scene } from './scene.ts';
import { spentSoon } from './standing-still.ts';
import { BREATH_MS, CHANGED_MS, GRACE, READY_MS, STOP_MS } from './timing.ts';

/** Blocks after which an anchor is stuck (MDT-LIN-018), and as many again for a target that counts from another one. */
const STUCK_BLOCKS = 6;
const MOST_BLOCKS = 2 * STUCK_BLOCKS;
/** So much less does the node take a transaction to pay, in satoshi. */
const UNATTRACTIVE_SAT = -100_000_000;

export interface StuckSeen {
  life?: LifeRecord;
  /** Why there was no BIRTH to keep out of the blocks, while there was none. */
  missing?: string;
  payment?: Payment;
  /** The version of the BIRTH that nobody mines, and its fee in satoshi. */
  stuck?: ChainTransaction;
  stuckFeeSat?: number;
  /** Blocks that came without it until another version was there, or until patience was over. */
  blocks: number;
  replacement?: ChainTransaction;
  replacementFeeSat?: number;
  ready: boolean;
  descendants: ChainTransaction[];
}

export const stuck: Scene<StuckSeen> = {
  title: 'no miner takes the BIRTH of a target',
  play: async (world, name) => onStage(await Subject.create(world, name), (subject) => play(world, subject)),
};

async function play(world: World, subject: Subject): Promise<StuckSeen> {
  const seen: StuckSeen = { missing: 'no coin was asked for', blocks: 0, ready: false, descendants: [] };
  const life = subject.launch();
  const funding = await life.line(isFunding, READY_MS);
  if (funding) {
    const { confirmations } = subject.configuration.policy;
    const pay = async (): Promise<void> => {
      const payment = await subject.pay(funding.line);
      if (payment) seen.payment = payment;
      seen.missing = payment ? 'its funding was not spent in time' : 'what it asked for could not be paid';
    };
    // Held still, so that no block of another scene takes the BIRTH before it is made unattractive.
    const release = await world.regtest.mineAndHold(confirmations, pay);
    try {
      if (seen.payment && (await spentSoon(world, seen.payment))) await keepOut(world, subject, seen);
    } finally {
      release();
    }
    if (seen.replacement) seen.ready = (await subject.ready(life, CHANGED_MS)) !== undefined;
  }
  seen.descendants = await subject.descendants(seen.payment);
  await life.stop('SIGTERM', STOP_MS * GRACE);
  seen.life = recordOf(life);
  return seen;
}

async function keepOut(world: World, subject: Subject, seen: StuckSeen): Promise<void> {
  const unconfirmed = async (): Promise<ChainTransaction | undefined> =>
    (await subject.descendants(seen.payment)).find(({ block }) => block === undefined);
  const first = await unconfirmed();
  seen.missing = 'it was in a block at once';
  if (!first) return;
  const fee = await feeOf(world, first.txid);
  seen.missing = 'it left the mempool at once';
  if (fee === undefined) return;
  delete seen.missing;
  seen.stuck = first;
  seen.stuckFeeSat = fee;
  await world.chain.rpc.call('prioritisetransaction', [first.txid, 0, UNATTRACTIVE_SAT]);
  for (; seen.blocks < MOST_BLOCKS; seen.blocks++) {
    await world.regtest.mineHeld(1);
    await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
    const now = await unconfirmed();
    if (!now || now.txid === first.txid) continue;
    seen.replacement = now;
    const raised = await feeOf(world, now.txid);
    if (raised !== undefined) seen.replacementFeeSat = raised;
    return;
  }
}

/** Fee of a transaction of the mempool, in satoshi. */
async function feeOf(world: World, txid: string): Promise<number | undefined> {
  const entry = await world.chain.rpc
    .call<{ fees: { base: number } }>('getmempoolentry', [txid])
    .catch(() => undefined);
  return entry && Math.round(entry.fees.base * 100_000_000);
}
