/** The coin of the relay double: a wallet of its own in the node. */
import type { RpcClient } from '../../chain/rpc-client.ts';
import { RpcError } from '../../chain/rpc-client.ts';
import { opReturn, unsigned, type Output } from '../relay/transaction-builder.ts';

const NOT_LOADED = -18;
const FEE_SAT_VB = 2;

export class WalletPurse {
  readonly #rpc: RpcClient;
  readonly #wallet: RpcClient;
  readonly #name: string;

  private constructor(rpc: RpcClient, name: string) {
    this.#rpc = rpc;
    this.#name = name;
    this.#wallet = rpc.wallet(name);
  }

  static async open(rpc: RpcClient, name: string): Promise<WalletPurse> {
    const purse = new WalletPurse(rpc, name);
    const known = await rpc.call<{ wallets: { name: string }[] }>('listwalletdir');
    if (known.wallets.some((wallet) => wallet.name === name)) await purse.#load();
    else await rpc.call('createwallet', [name]);
    return purse;
  }

  async address(): Promise<string> {
    return this.#call('getnewaddress', ['', 'bech32']);
  }

  /** Coin that it can spend, confirmed or not, in satoshi. */
  async balance(): Promise<number> {
    const { mine } = await this.#call<{ mine: { trusted: number; untrusted_pending: number } }>('getbalances');
    return Math.round((mine.trusted + mine.untrusted_pending) * 100_000_000);
  }

  /**
   * A transaction that anchors `payload`, signed and not sent, hexadecimal. Its inputs are held back from later ones.
   * @param to who is paid by output 1; nobody where it is left out
   */
  async make(payload: Buffer, to?: Output): Promise<string> {
    const raw = unsigned([], [{ sat: 0, script: opReturn(payload) }, ...(to ? [to] : [])]);
    const changePosition = to ? 2 : 1;
    const how = { include_unsafe: true, fee_rate: FEE_SAT_VB, changePosition, lockUnspents: true };
    const { hex } = await this.#call<{ hex: string }>('fundrawtransaction', [raw, how, false]);
    return (await this.#call<{ hex: string }>('signrawtransactionwithwallet', [hex])).hex;
  }

  /** A node that was started anew has the wallet on its disk only. */
  async #call<T>(method: string, params: unknown[] = []): Promise<T> {
    try {
      return await this.#wallet.call<T>(method, params);
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== NOT_LOADED) throw error;
      await this.#load();
      return this.#wallet.call<T>(method, params);
    }
  }

  async #load(): Promise<void> {
    await this.#rpc.call('loadwallet', [this.#name]).catch((error: unknown) => {
      // Loaded already, by this process or by the one before it.
      if (!(error instanceof RpcError) || !error.message.includes('already loaded')) throw error;
    });
  }
}
