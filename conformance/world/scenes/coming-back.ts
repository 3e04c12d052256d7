/** How an anchor that a reorganisation took out comes back, or does not. */
import type { Subject } from '../subject.ts';
import type { World } from '../world.ts';
import { BREATH_MS, WAITING_MS } from './timing.ts';

/** Fewer than make an anchor stuck (MDT-LIN-018): one that comes back then is handed to the node again, and not replaced. */
const BLOCKS_WITHOUT_IT = 5;

/** The node is started anew, with an empty mempool. The target is cut off meanwhile, as from a node that is being started. */
export async function forgetMempool(world: World, subject: Subject): Promise<void> {
  subject.gateway.cut();
  await world.chain.restart();
  subject.gateway.restore();
}

/** Blocks without it come, until the node has it again. */
export async function comesBack(world: World, isThere: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + WAITING_MS;
  for (let blocks = 0; performance.now() < deadline; blocks++) {
    if (await isThere()) return true;
    if (blocks < BLOCKS_WITHOUT_IT) await world.regtest.mineEmpty();
    await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
  }
  return isThere();
}
