/** The coins and transactions of one lineage key, as the node's watch-only wallet sees them. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '../core/hex.ts';
import type { ChainBackend, WatchingWallet, WalletCoin, WalletTransaction } from './chain-backend.ts';
import { isRefusal, RPC_WALLET_NOT_FOUND } from './rpc-refusal.ts';

export class LineageWallet {
  readonly #wallet: WatchingWallet;
  readonly #descriptor: string;

  /** @param publicKey `keys.anchor`, 33 octets. Nodes are shared, so the wallet's name is the key's. */
  constructor(node: ChainBackend, publicKey: Uint8Array) {
    this.#wallet = node.wallet(`mdt-${bytesToHex(sha256(publicKey)).slice(0, 16)}`);
    this.#descriptor = `wpkh(${bytesToHex(publicKey)})`;
  }

  /** Watches the key. `rescan` where it may have been paid before now. */
  async watch(rescan: boolean): Promise<void> {
    await this.#wallet.watch(this.#descriptor, rescan);
  }

  async coins(): Promise<WalletCoin[]> {
    return this.#reopening(() => this.#wallet.coins());
  }

  async transaction(txid: string): Promise<WalletTransaction | undefined> {
    return this.#reopening(() => this.#wallet.transaction(txid));
  }

  /** A node that was restarted, or put in another's place, may have the wallet no longer. */
  async #reopening<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (!isRefusal(error, RPC_WALLET_NOT_FOUND)) throw error;
      await this.watch(true);
      return call();
    }
  }
}
