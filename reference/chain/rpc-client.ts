/**
 * JSON-RPC to bitcoind through the `bitcoin-core` package, which is kept behind this one typed function:
 * its declarations are wide (`any`), its HTTP client keeps no overall deadline, and its table of wallet calls
 * is older than descriptor wallets.
 */
import BitcoinCore from 'bitcoin-core';
import { MdtError } from '../core/errors.ts';
import { RPC_IN_WARMUP, RpcRefusal } from './rpc-refusal.ts';

export interface RpcAccess {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

/** Calls a method with positional parameters and gives its result as the node wrote it. */
export type RpcCall = (method: string, ...parameters: readonly unknown[]) => Promise<unknown>;

/** What this file uses of the package. */
interface BitcoinCoreClient {
  /** Methods whose calls go to `/wallet/<name>`. */
  methods: Record<string, { features: { multiwallet: { supported: boolean } }; supported: boolean }>;
  command(method: string, ...parameters: readonly unknown[]): Promise<unknown>;
}

/** A call that has no answer after this long has none: measured, the slowest (rescan of 10,000 regtest blocks) takes 2 s. */
const DEADLINE_MS = 15_000;
/**
 * Importing a key that is older than its wallet scans the whole chain: hours on main. It has a deadline of its own and no
 * birthday instead, because of a key that was imported nobody knows how old it is.
 */
const RESCAN_DEADLINE_MS = 24 * 3_600_000;
/** All unspent outputs of main are read in some minutes. */
const OUTPUTS_DEADLINE_MS = 600_000;
const PATIENT_METHODS: Readonly<Partial<Record<string, number>>> = {
  importdescriptors: RESCAN_DEADLINE_MS,
  scantxoutset: OUTPUTS_DEADLINE_MS,
};
const WALLET_METHODS = ['importdescriptors', 'listdescriptors', 'listunspent', 'gettransaction', 'getwalletinfo'];
const silent = { debug: (): void => undefined };

/**
 * A client of the node at `access.url`, for one of its wallets where `wallet` is given.
 * @param deadlineMs of calls that are not known to last long
 */
export function connectRpc(access: RpcAccess, wallet?: string, deadlineMs: number = DEADLINE_MS): RpcCall {
  const client = makeClient(access, wallet, deadlineMs);
  return async (method, ...parameters) => {
    try {
      const patience = PATIENT_METHODS[method];
      if (patience === undefined) return await withDeadline(client.command(method, ...parameters), deadlineMs);
      const patient = makeClient(access, wallet, patience);
      return await withDeadline(patient.command(method, ...parameters), patience);
    } catch (error) {
      throw translate(error, method);
    }
  };
}

/** The package has one timeout for all calls of a client. */
function makeClient(access: RpcAccess, wallet: string | undefined, timeout: number): BitcoinCoreClient {
  const client = new BitcoinCore({
    host: access.url.replace(/\/+$/, ''),
    username: access.user,
    password: access.password,
    timeout,
    logger: silent,
    ...(wallet === undefined ? {} : { wallet: encodeURIComponent(wallet) }),
  }) as unknown as BitcoinCoreClient;
  for (const method of WALLET_METHODS) {
    client.methods[method] = { features: { multiwallet: { supported: wallet !== undefined } }, supported: true };
  }
  return client;
}

async function withDeadline<T>(answer: Promise<T>, milliseconds: number): Promise<T> {
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => deadline.reject(new Error('no answer in time')), milliseconds);
  try {
    return await Promise.race([answer, deadline.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A negative code is bitcoind's own no. Anything else (no connection, an HTTP status such as 401, 403 or
 * 502, an answer that is not JSON) means that the node cannot be used now. The package's error is not kept as
 * `cause`: it may quote the request, and with it the credentials.
 */
function translate(error: unknown, method: string): Error {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'number' && code < 0 && code !== RPC_IN_WARMUP)
    return new RpcRefusal(code, method, String(message));
  const reason = typeof code === 'number' ? `status ${code}` : typeof code === 'string' ? code : 'no usable answer';
  return new MdtError('MDT_CHAIN_UNAVAILABLE', `${method}: ${reason}`, { field: 'chain.rpc' });
}
