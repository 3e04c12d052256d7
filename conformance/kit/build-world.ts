/** The world of a run, made anew for each. */
import { Regtest } from '../chain/regtest.ts';
import { startFresh, type Chain } from '../chain/start.ts';
import { ChainIndex } from '../world/chain-index.ts';
import { RunBrowser } from '../world/openid/browser.ts';
import { SeededRandom } from '../world/random.ts';
import type { World } from '../world/world.ts';
import type { Launcher } from './launcher.ts';
import type { RunOptions } from './run-options.ts';

/** The world of a run on a chain that was started. */
export async function buildWorld(
  { events, target, seed, chain: options }: Pick<RunOptions, 'events' | 'target' | 'seed' | 'chain'>,
  chain: Chain,
  launcher: Launcher,
): Promise<World> {
  const { rpc, coinKey } = chain;
  const regtest = coinKey ? await Regtest.attach(rpc, coinKey) : await Regtest.create(rpc);
  const begun = Promise.withResolvers<void>();
  let hasBegun = false;
  void begun.promise.then(() => (hasBegun = true));
  return {
    chain,
    regtest,
    index: new ChainIndex(chain.rpc),
    startNode: () => startFresh(options),
    genesis: await chain.rpc.call<string>('getblockhash', [0]),
    target,
    launcher,
    random: new SeededRandom(seed),
    events,
    browser: new RunBrowser(),
    secrets: [],
    overLimits: [],
    subjects: new Set(),
    birthFailed: false,
    begun,
    hasBegun: () => hasBegun,
  };
}
