/** Tempting a target to be too early: some blocks come, then none for a while, and its coin had better stay where it is. */
import type { Life } from '../../kit/life.ts';
import { isListening, type Payment } from '../subject.ts';
import type { World } from '../world.ts';
import { WAITING_MS, WATCH_MS } from './timing.ts';

const LONGEST_WATCH_MS = 5_000;

/** How long this target is watched, on this machine: three times what it took to listen. */
export function watchMs(life: Life): number {
  const listening = life.lines.find(({ line }) => isListening(line))?.at ?? 0;
  return Math.min(LONGEST_WATCH_MS, Math.max(WATCH_MS, 3 * listening));
}

/**
 * Pays, mines `blocks` upon the payment, holds the chain still for everybody, and tells whether the payment, or an
 * `earlier` one, was spent meanwhile. No block of another scene comes between, which would make the coin older than
 * a target is judged by. `spent` is left out where there was no payment.
 */
export async function payAndHold(
  world: World,
  life: Life,
  blocks: number,
  pay: () => Promise<Payment | undefined>,
  earlier: readonly Payment[] = [],
): Promise<{ payment?: Payment; spent?: boolean }> {
  let payment: Payment | undefined;
  const release = await world.regtest.mineAndHold(blocks, async () => (payment = await pay()));
  try {
    if (!payment) return {};
    return { payment, spent: await isSpentMeanwhile(world, [payment, ...earlier], watchMs(life)) };
  } finally {
    release();
  }
}

/** Waits until an outpoint is spent, in the mempool or in a block; tells whether it was in time. */
export async function spentSoon(
  world: World,
  outpoint: { txid: string; vout: number },
  forMs: number = WAITING_MS,
): Promise<boolean> {
  return isSpentMeanwhile(world, [outpoint], forMs);
}

async function isSpentMeanwhile(
  world: World,
  payments: readonly { txid: string; vout: number }[],
  forMs: number,
): Promise<boolean> {
  const deadline = performance.now() + forMs;
  for (;;) {
    const spent = await Promise.all(payments.map((payment) => world.index.isSpent(payment)));
    if (spent.includes(true)) return true;
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
