/**
 * Starts the chain under test. The ways, in the order `auto` takes them, and why in that order:
 *
 * 1. `process`, where a bitcoind is named (`--bitcoind`, `BITCOIND`) or in PATH: whoever has one wants it used.
 * 2. `debian`, where the package is in the cache already: nothing to download, 0.2 s.
 * 3. `container`, where the image is on this machine already: nothing to download, 1 s.
 * 4. `container`, where a Docker daemon answers: the image is pulled.
 * 5. `debian`, where apt is: the package is fetched.
 *
 * What is here comes before what must be downloaded, so that a run does not depend on the network once one has
 * succeeded; of what is here, the fastest comes first.
 */
import { KitError } from '../kit/kit-error.ts';
import { WayClosed, type Chain, type ChainOptions, type ChainWay } from './chain.ts';
import { localImage, startContainer } from './container.ts';
import { startDebian, unpacked } from './debian.ts';
import { useKept } from './kept.ts';
import { findBitcoind, startProcess } from './process.ts';

export type { Chain, ChainOptions, ChainWay } from './chain.ts';

type Way = ChainWay | 'kept';

const START: Record<Way, (options: ChainOptions) => Promise<Chain>> = {
  kept: useKept,
  container: startContainer,
  process: startProcess,
  debian: startDebian,
};

/** Starts a node on regtest. Errors: `MDT_KIT_NO_CHAIN`, which names for each way what is missing and what brings it. */
export async function startChain(options: ChainOptions = {}): Promise<Chain> {
  const began = performance.now();
  const failures: string[] = [];
  for (const way of await waysToTry(options)) {
    try {
      return { ...(await START[way](options)), ms: Math.round(performance.now() - began) };
    } catch (error) {
      failures.push(describe(way, error));
    }
  }
  const ways =
    options.way === undefined || options.way === 'auto'
      ? 'no way to a bitcoind is open'
      : 'bitcoind could not be started';
  throw new KitError('MDT_KIT_NO_CHAIN', [`${ways}:`, ...failures].join('\n  '), { field: '--chain' });
}

/** Another node, which has to be a fresh one: a node that is kept is not for what would harm others. */
export function startFresh({ way, ...options }: ChainOptions): Promise<Chain> {
  return startChain({ ...options, ...(way !== undefined && way !== 'kept' && { way }) });
}

async function waysToTry(options: ChainOptions): Promise<Way[]> {
  if (options.way !== undefined && options.way !== 'auto') return [options.way];
  // Who names a program or an image means it: falling back to another would certify against something else.
  if (options.bitcoind !== undefined) return ['process'];
  if (options.image !== undefined) return ['container'];
  if (process.env['BITCOIND']) return ['process'];
  const here: ChainWay[] = [];
  if (findBitcoind() !== undefined) here.push('process');
  if (unpacked() !== undefined) here.push('debian');
  if ((await localImage()) !== undefined) here.push('container');
  return [...new Set<ChainWay>([...here, 'container', 'debian', 'process'])];
}

function describe(way: Way, error: unknown): string {
  const { message } = error as Error;
  return error instanceof WayClosed ? `${way}: ${message}\n    → ${error.fix}` : `${way}: ${message}`;
}
