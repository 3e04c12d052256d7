/** Tempting a target to be too early: some blocks come, then none for a while, and its coin had better stay where it is. */
import type { Payment } from '../subject.ts';
import type { World } from '../world.ts';
import { WATCH_MS } from './timing.ts';

/** Mines `blocks`, holds the chain still for everybody, and tells whether one of the payments was spent meanwhile. */
export async function spentWhileStill(world: World, blocks: number, payments: readonly Payment[]): Promise<boolean> {
  const release = await world.regtest.mineAndHold(blocks);
  try {
    const deadline = performance.now() + WATCH_MS;
    for (;;) {
      const spent = await Promise.all(payments.map((payment) => world.index.isSpent(payment)));
      if (spent.includes(true)) return true;
      if (performance.now() > deadline) return false;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } finally {
    release();
  }
}
