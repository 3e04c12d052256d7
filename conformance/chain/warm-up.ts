/** Waits for a node that has been started to answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RpcError, type RpcClient } from './rpc-client.ts';

const POLL_MS = 20;
const LIMIT_MS = 30_000;

/** The node's own name and version once it answers. `ended` tells why it never will, if it never will. */
export async function warmedUp(rpc: RpcClient, ended: () => string | undefined): Promise<string> {
  const until = performance.now() + LIMIT_MS;
  for (;;) {
    try {
      const { subversion } = await rpc.call<{ subversion: string }>('getnetworkinfo');
      await rpc.call('getbestblockhash');
      return subversion;
    } catch (error) {
      const why = ended();
      if (why !== undefined) throw new Error(why, { cause: error });
      // 0: not listening yet; -28: warming up. Anything else will not get better.
      const passing = error instanceof RpcError && (error.code === 0 || error.code === -28);
      if (!passing || performance.now() > until) throw error;
    }
    await sleep(POLL_MS);
  }
}
