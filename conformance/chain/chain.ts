/** The chain under test, whichever way it came to be. */
import type { RpcAccess, RpcClient } from './rpc-client.ts';

export type ChainWay = 'container' | 'process' | 'debian';

export interface Chain {
  way: ChainWay;
  /** As the node says it: `/Satoshi:29.4.0/Knots:20260508/`. */
  version: string;
  /** Where the node's program is from: a path, an image, a package with its version. */
  source: string;
  /** With the kit's own credentials, which may do everything. */
  rpc: RpcClient;
  /** What is given to targets: no mining, no stopping (403). */
  targetRpc: RpcAccess;
  /** `host:port` of the node's P2P listener. */
  p2p: string;
  /** Key of the coins that the kit has there already, where the node was kept from an earlier run. */
  coinKey?: Buffer;
  /** Milliseconds from the start to the first answer; downloads and unpacking included. */
  ms: number;
  /** Ends the node in good order and starts it again on its data, at the same addresses. Its mempool is empty then, and no wallet loaded. */
  restart(): Promise<void>;
  /** Ends the node and removes its data. May be called more than once. */
  stop(): Promise<void>;
}

export interface ChainOptions {
  /** `kept` is the node that `milagro-trust devnet` runs. */
  way?: ChainWay | 'auto' | 'kept';
  /** Path of a bitcoind, for the way `process`. Default: `BITCOIND`, then PATH. */
  bitcoind?: string;
  /** Image, for the way `container`. */
  image?: string;
  /** Told what takes long: pulling, downloading. */
  onProgress?(text: string): void;
  /** Seconds since 1970. */
  mockTime?: number;
  /** Whether the node serves its REST interface, which clients read headers from. No target needs it. */
  rest?: boolean;
}

/** A way that cannot be gone on this machine: what is missing, and the command that brings it. */
export class WayClosed extends Error {
  override readonly name = 'WayClosed';
  readonly fix: string;

  constructor(missing: string, fix: string, cause?: unknown) {
    super(missing, cause === undefined ? {} : { cause });
    this.fix = fix;
  }
}
