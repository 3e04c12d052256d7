/**
 * A fault in how anchors reach the chain: each is handed to the node once and never again. What the reference's wallet
 * in the node would do by itself is kept from it: a wallet that is loaded puts its transactions back into the mempool, so
 * after a restart of the node there is another one, which has only seen what is in blocks.
 */
import type { Fault, Tools } from '../fault.ts';

type RpcCall = (method: string, ...parameters: unknown[]) => Promise<unknown>;
type Connect = (access: object, wallet?: string) => RpcCall;

/** Place of load_on_startup in the parameters of createwallet. */
const LOAD_ON_STARTUP = 6;

/** @param isMeant whether a transaction, in hexadecimal, is one of those */
export function handedOverOnce(isMeant: (transaction: string) => boolean): Fault['replaces'] {
  const sent = new Set<unknown>();
  const opened = new Set<string>();
  const replaced = new Map<string, string>();

  return {
    'reference/chain/rpc-client.ts': {
      connectRpc:
        (original: Connect, tools: Tools): Connect =>
        (access, wallet) => {
          const node = original(access);
          const call: RpcCall = async (method, ...parameters) => {
            const name = wallet === undefined ? undefined : (replaced.get(wallet) ?? wallet);
            return (name === undefined ? node : original(access, name))(method, ...parameters);
          };
          return async (method, ...parameters) => {
            const first = String(parameters[0]);
            if (method === 'createwallet') return call(method, ...parameters.with(LOAD_ON_STARTUP, false));
            if (method === 'loadwallet' && opened.has(first)) {
              const other = `${first}-${String(replaced.size)}`;
              replaced.set(first, other);
              return call('createwallet', other, true, true, null, false, true, false);
            }
            if (method === 'loadwallet') opened.add(first);
            if (method !== 'sendrawtransaction' || !isMeant(first)) return call(method, ...parameters);
            if (sent.has(first)) {
              tools.fired();
              return null;
            }
            sent.add(first);
            return call(method, ...parameters);
          };
        },
    },
  };
}
