/** Tempting a target to be too early: some blocks come, then none for a while, and its coin had better stay where it is. */
import type { TargetProcess } from '../../kit/target-process.ts';
import { isListening, type Payment } from '../subject.ts';
import type { World } from '../world.ts';
import { WATCH_MS } from './timing.ts';

const LONGEST_WATCH_MS = 5_000;

/** How long this target is watched, on this machine: three times what it took to listen. */
export function watchMs(life: TargetProcess): number {
  const listening = life.lines.find(({ line }) => isListening(line))?.at ?? 0;
  return Math.min(LONGEST_WATCH_MS, Math.max(WATCH_MS, 3 * listening));
}

/** Mines `blocks`, holds the chain still for everybody, and tells whether one of the payments was spent meanwhile. */
export async function spentWhileStill(
  world: World,
  life: TargetProcess,
  blocks: number,
  payments: readonly Payment[],
): Promise<boolean> {
  const release = await world.regtest.mineAndHold(blocks);
  try {
    const deadline = performance.now() + watchMs(life);
    for (;;) {
      const spent = await Promise.all(payments.map((payment) => world.index.isSpent(payment)));
      if (spent.includes(true)) return true;
      if (performance.now() > deadline) return false;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    release();
  }
}
