/** A watch-only descriptor wallet inside bitcoind: it finds our coins and transactions, and can sign nothing. */
import { MdtError } from '../core/errors.ts';
import type { WatchingWallet, WalletCoin, WalletTransaction } from './chain-backend.ts';
import type { RpcCall } from './rpc-client.ts';
import { fields, inSatoshi, numberOf, textOf } from './rpc-answer.ts';
import {
  isRefusal,
  RPC_INVALID_ADDRESS_OR_KEY,
  RPC_WALLET_ALREADY_EXISTS,
  RPC_WALLET_ALREADY_LOADED,
  RPC_WALLET_ERROR,
  RPC_WALLET_NOT_FOUND,
  RpcRefusal,
} from './rpc-refusal.ts';

/** `listunspent`'s own upper bound for confirmations. */
const MAX_CONFIRMATIONS = 9_999_999;

export class RpcWallet implements WatchingWallet {
  readonly #node: RpcCall;
  readonly #wallet: RpcCall;
  readonly #name: string;

  constructor(node: RpcCall, wallet: RpcCall, name: string) {
    this.#node = node;
    this.#wallet = wallet;
    this.#name = name;
  }

  async watch(descriptor: string, rescan: boolean): Promise<void> {
    const created = await this.#open();
    if (!created && (await this.#watches(descriptor))) return this.#expectScanned();
    const info = fields(await this.#node('getdescriptorinfo', descriptor), 'getdescriptorinfo');
    const desc = textOf(info, 'descriptor');
    const request = { desc, timestamp: rescan ? 0 : 'now' };
    const [answer] = (await this.#wallet('importdescriptors', [request])) as {
      success?: boolean;
      error?: { code?: number; message?: string };
    }[];
    if (answer?.success !== true) {
      const code = answer?.error?.code ?? RPC_WALLET_ERROR;
      throw new RpcRefusal(code, 'importdescriptors', answer?.error?.message ?? 'refused');
    }
  }

  async coins(): Promise<WalletCoin[]> {
    const coins = (await this.#wallet('listunspent', 0, MAX_CONFIRMATIONS, [], true)) as Record<string, unknown>[];
    return coins.map((coin) => ({
      txid: textOf(coin, 'txid'),
      vout: numberOf(coin, 'vout'),
      value: inSatoshi(numberOf(coin, 'amount')),
      confirmations: numberOf(coin, 'confirmations'),
    }));
  }

  async transaction(txid: string): Promise<WalletTransaction | undefined> {
    try {
      const found = fields(await this.#wallet('gettransaction', txid), 'gettransaction');
      const blockHash = found['blockhash'];
      return {
        confirmations: numberOf(found, 'confirmations'),
        blockHash: typeof blockHash === 'string' ? blockHash : undefined,
        hex: textOf(found, 'hex'),
      };
    } catch (error) {
      if (isRefusal(error, RPC_INVALID_ADDRESS_OR_KEY)) return undefined;
      throw error;
    }
  }

  /**
   * Loads the wallet, creating it where there is none. Safe to repeat: the process may have died between any two calls.
   * @returns whether it was created, so that there can be nothing in it
   */
  async #open(): Promise<boolean> {
    try {
      await this.#node('loadwallet', this.#name);
      return false;
    } catch (error) {
      // bitcoind said "already loaded" with −4 before it had −35.
      if (isRefusal(error, RPC_WALLET_ALREADY_LOADED, RPC_WALLET_ERROR)) return false;
      if (!isRefusal(error, RPC_WALLET_NOT_FOUND)) throw error;
      return this.#create();
    }
  }

  async #create(): Promise<boolean> {
    try {
      // name, disable_private_keys, blank, passphrase, avoid_reuse, descriptors, load_on_startup
      await this.#node('createwallet', this.#name, true, true, null, false, true, true);
      return true;
    } catch (error) {
      if (!isRefusal(error, RPC_WALLET_ALREADY_EXISTS)) throw error;
      return false;
    }
  }

  async #watches(descriptor: string): Promise<boolean> {
    const listed = fields(await this.#wallet('listdescriptors'), 'listdescriptors')['descriptors'];
    const watched = (entry: { desc?: unknown }): boolean =>
      typeof entry.desc === 'string' && entry.desc.split('#')[0] === descriptor; // listed with its checksum
    return Array.isArray(listed) && listed.some(watched);
  }

  /** A scan goes on in the node when the process that asked for it is gone, and until it ends coins may be missing. */
  async #expectScanned(): Promise<void> {
    const { scanning } = fields(await this.#wallet('getwalletinfo'), 'getwalletinfo') as { scanning?: unknown };
    if (scanning === undefined || scanning === false) return;
    const { progress } = scanning as { progress?: unknown };
    const percent = typeof progress === 'number' ? ` (${Math.floor(100 * progress)} %)` : '';
    const message = `the node's wallet still looks through the chain for payments to our key${percent}`;
    throw new MdtError('MDT_CHAIN_UNAVAILABLE', message, { field: 'chain.rpc' });
  }
}
