import type { Fault, Tools } from './fault.ts';

type RpcCall = (method: string, ...parameters: unknown[]) => Promise<unknown>;

const sent = new Set<unknown>();
const opened = new Set<unknown>();

/** Its place in the parameters of createwallet: one that is loaded at the start puts its transactions into the mempool by itself. */
const LOAD_ON_STARTUP = 6;

const fault: Fault = {
  id: 'waits-for-its-node',
  requirement: 'MDT-LIN-017',
  breaks: 'an anchor is handed to the node once, and a node that has forgotten it is waited for',
  also: [{ requirement: 'MDT-HST-006', reason: 'without its wallet it does not see that its BIRTH is gone' }],
  replaces: {
    'reference/chain/rpc-client.ts': {
      connectRpc:
        (original: (access: object, wallet?: string) => RpcCall, tools: Tools) =>
        (access: object, wallet?: string): RpcCall => {
          const call = original(access, wallet);
          return async (method, ...parameters) => {
            const [first] = parameters;
            if (method === 'createwallet') return call(method, ...parameters.with(LOAD_ON_STARTUP, false));
            if (method === 'loadwallet' && opened.has(first)) return null;
            if (method === 'loadwallet') opened.add(first);
            if (method === 'sendrawtransaction' && sent.has(first)) {
              tools.fired();
              return null;
            }
            if (method === 'sendrawtransaction') sent.add(first);
            return call(method, ...parameters);
          };
        },
    },
  },
};

export default fault;
