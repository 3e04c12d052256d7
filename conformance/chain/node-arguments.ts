/** How a node under test is configured, whichever way it is started. */
import { userArguments, type RpcUser } from './rpc-users.ts';

export interface NodeUsers {
  kit: RpcUser;
  target: RpcUser;
}

export interface NodeSettings {
  users: NodeUsers;
  /** Seconds since 1970 that the node takes for now; with fixed keys it makes block hashes come out the same. */
  mockTime?: number | undefined;
  /** Whether it serves REST, without credentials, at its RPC port. */
  rest?: boolean | undefined;
  /** Where it listens. Inside a container that is every interface of the container's own network. */
  listen: { rpcAddress: string; rpcPort: number; p2pAddress: string; p2pPort: number; allow: string };
}

/** bitcoind's arguments. What is not set here is the node's default, its relay policy above all: targets must meet it. */
export function nodeArguments({ users, mockTime, rest, listen }: NodeSettings): string[] {
  return [
    '-regtest',
    '-server',
    '-txindex', // the kit reads transactions of every block
    '-acceptnonstdtxn=0', // regtest would let through what no other network does
    '-fallbackfee=0.00002',
    ...[`-rpcbind=${listen.rpcAddress}`, `-rpcport=${String(listen.rpcPort)}`, `-rpcallowip=${listen.allow}`],
    ...[`-bind=${listen.p2pAddress}:${String(listen.p2pPort)}`, `-port=${String(listen.p2pPort)}`],
    // No way out: the node finds nobody and announces itself to nobody.
    ...['-listenonion=0', '-discover=0', '-dnsseed=0', '-fixedseeds=0', '-natpmp=0', '-connect=0', '-listen=1'],
    // Many scenes share it: each target may hold a call that waits for a block, and bitcoind's queue is too short for the rest.
    ...['-rpcthreads=32', '-rpcworkqueue=1024', '-rpcservertimeout=600'],
    '-persistmempool=0',
    ...userArguments(users.kit, users.target),
    ...(rest === true ? ['-rest=1'] : []),
    ...(mockTime === undefined ? [] : [`-mocktime=${String(mockTime)}`]),
  ];
}
