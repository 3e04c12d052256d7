/** A watch-only descriptor wallet inside bitcoind: it finds our coins and transactions, and can sign nothing. */
import type { NodeWallet, WalletCoin, WalletTransaction } from './bitcoin-node.ts';
import type { RpcCall } from './rpc-client.ts';
import { fields, numberOf, textOf } from './rpc-answer.ts';
import {
  isRefusal,
  RPC_INVALID_ADDRESS_OR_KEY,
  RPC_WALLET_ALREADY_EXISTS,
  RPC_WALLET_ALREADY_LOADED,
  RPC_WALLET_ERROR,
  RPC_WALLET_NOT_FOUND,
  RpcRefusal,
} from './rpc-refusal.ts';

const SATOSHI_PER_BITCOIN = 100_000_000;
/** `listunspent`'s own upper bound for confirmations. */
const MAX_CONFIRMATIONS = 9_999_999;

export class RpcWallet implements NodeWallet {
  readonly #node: RpcCall;
  readonly #wallet: RpcCall;
  readonly #name: string;

  constructor(node: RpcCall, wallet: RpcCall, name: string) {
    this.#node = node;
    this.#wallet = wallet;
    this.#name = name;
  }

  async watch(descriptor: string, rescan: boolean): Promise<void> {
    await this.#open();
    const info = fields(await this.#node('getdescriptorinfo', descriptor), 'getdescriptorinfo');
    const desc = textOf(info, 'descriptor');
    if (await this.#watches(desc)) return;
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
      value: Math.round(numberOf(coin, 'amount') * SATOSHI_PER_BITCOIN),
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
      };
    } catch (error) {
      if (isRefusal(error, RPC_INVALID_ADDRESS_OR_KEY)) return undefined;
      throw error;
    }
  }

  /** Loads the wallet, creating it where there is none. Safe to repeat: the process may have died between any two calls. */
  async #open(): Promise<void> {
    try {
      await this.#node('loadwallet', this.#name);
    } catch (error) {
      // bitcoind said "already loaded" with −4 before it had −35.
      if (isRefusal(error, RPC_WALLET_ALREADY_LOADED, RPC_WALLET_ERROR)) return;
      if (!isRefusal(error, RPC_WALLET_NOT_FOUND)) throw error;
      await this.#create();
    }
  }

  async #create(): Promise<void> {
    try {
      // name, disable_private_keys, blank, passphrase, avoid_reuse, descriptors, load_on_startup
      await this.#node('createwallet', this.#name, true, true, null, false, true, true);
    } catch (error) {
      if (!isRefusal(error, RPC_WALLET_ALREADY_EXISTS)) throw error;
    }
  }

  async #watches(descriptor: string): Promise<boolean> {
    const listed = fields(await this.#wallet('listdescriptors'), 'listdescriptors')['descriptors'];
    return Array.isArray(listed) && listed.some((entry: { desc?: unknown }) => entry.desc === descriptor);
  }
}
