/** A node of a scene's own: what is done to its chain happens to nobody else. */
import { Regtest } from '../chain/regtest.ts';
import { ChainIndex } from './chain-index.ts';
import type { World } from './world.ts';

/** Plays with a world that has another node, and ends that whatever happens. */
export async function onOwnChain<T>(world: World, play: (own: World) => Promise<T>): Promise<T> {
  const chain = await world.startNode();
  try {
    const regtest = await Regtest.create(chain.rpc);
    try {
      return await play({ ...world, chain, regtest, index: new ChainIndex(chain.rpc) });
    } finally {
      regtest.stop();
    }
  } finally {
    await chain.stop();
  }
}
