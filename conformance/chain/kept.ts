/**
 * A node that stays up between runs (`milagro-trust devnet`), for whoever runs one check again and again. What is needed
 * to use it stands in a file of this user, which nobody else may read; it is gone when the node is.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KitError } from '../kit/kit-error.ts';
import { WayClosed, type Chain, type ChainWay } from './chain.ts';
import { cacheFolder } from './debian.ts';
import { lockKept } from './kept-lock.ts';
import { RpcClient, type RpcAccess } from './rpc-client.ts';

interface Kept {
  readonly way: ChainWay;
  readonly version: string;
  readonly source: string;
  readonly rpc: RpcAccess;
  readonly targetRpc: RpcAccess;
  readonly p2p: string;
  /** The kit's key, hexadecimal: the coins of one run are those of the next. */
  readonly coinKey: string;
}

const FIX = 'start one in another terminal with `milagro-trust devnet`';

/** Where what lives no longer than its processes belongs, where there is such a place. */
function folder(): string {
  const runtime = process.env['XDG_RUNTIME_DIR'];
  return runtime?.startsWith('/') ? runtime : cacheFolder();
}

function keptFile(): string {
  return join(folder(), 'milagro-devnet.json');
}

/** Lets the runs of this user find the node. The function given back ends that. */
export async function offer(
  { way, version, source, rpc, targetRpc, p2p }: Chain,
  coinKey: Buffer,
): Promise<() => void> {
  const kept: Kept = { way, version, source, rpc: rpc.access, targetRpc, p2p, coinKey: coinKey.toString('hex') };
  const file = keptFile();
  if (await isOffered())
    throw new KitError('MDT_KIT_USAGE', 'a node of this user is kept already; one at a time', { field: 'devnet' });
  mkdirSync(folder(), { recursive: true });
  rmSync(file, { force: true }); // one that others may read would stay so
  writeFileSync(file, JSON.stringify(kept), { mode: 0o600, flag: 'wx' });
  return () => rmSync(file, { force: true });
}

async function isOffered(): Promise<boolean> {
  try {
    await (await meetKept()).stop();
    return true;
  } catch (error) {
    if (error instanceof WayClosed) return false;
    throw error;
  }
}

/** The node that is kept, for this run alone. Stopping it here is only parting from it. @throws WayClosed where none is kept, or another run uses it */
export async function useKept(): Promise<Chain> {
  const chain = await meetKept();
  try {
    const release = lockKept(folder(), join(folder(), 'milagro-devnet'));
    return {
      ...chain,
      stop: async () => {
        await chain.stop();
        release();
      },
    };
  } catch (error) {
    await chain.stop();
    throw error;
  }
}

/** The node that is kept, whoever else uses it. @throws WayClosed where none is kept */
async function meetKept(): Promise<Chain> {
  const began = performance.now();
  const kept = read();
  const rpc = new RpcClient(kept.rpc);
  try {
    await rpc.call('getblockcount');
  } catch (cause) {
    rpc.close();
    throw new WayClosed('the node that was kept does not answer', FIX, cause);
  }
  const { way, version, source, targetRpc, p2p } = kept;
  return {
    ...{ way, version, rpc, targetRpc, p2p },
    source: `${source}, kept`,
    coinKey: Buffer.from(kept.coinKey, 'hex'),
    ms: performance.now() - began,
    restart: () => Promise.reject(new Error('a node that is kept is not restarted')),
    stop: async () => {
      rpc.close();
    },
  };
}

function read(): Kept {
  try {
    return JSON.parse(readFileSync(keptFile(), 'utf8')) as Kept;
  } catch (cause) {
    throw new WayClosed('no node is kept', FIX, cause);
  }
}
