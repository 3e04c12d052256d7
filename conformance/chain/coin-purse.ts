/** The kit's unspent coins. A coin is given out once, and only while it is confirmed on the chain that is best now. */
import type { RpcClient } from './rpc-client.ts';

export interface Coin {
  txid: string;
  vout: number;
  sat: number;
}

export class CoinPurse {
  readonly #rpc: RpcClient;
  readonly #coins: Coin[] = [];

  constructor(rpc: RpcClient) {
    this.#rpc = rpc;
  }

  put(coin: Coin): void {
    this.#coins.push(coin);
  }

  /**
   * A coin of at least `sat`. Coins that a reorganisation took away, or whose transaction is not in a block yet, stay in
   * the purse for later: an unconfirmed one would tie payments of different scenes together.
   */
  async take(sat: number): Promise<Coin> {
    for (let looked = this.#coins.length; looked > 0; looked--) {
      const coin = this.#coins.shift();
      if (coin === undefined) break;
      if (coin.sat >= sat && (await this.#isConfirmed(coin))) return coin;
      this.#coins.push(coin);
    }
    throw new Error(`the kit has no confirmed coin of ${String(sat)} sat; mine a block, or ask for less at once`);
  }

  async #isConfirmed({ txid, vout }: Coin): Promise<boolean> {
    const output = await this.#rpc.call<{ confirmations: number } | null>('gettxout', [txid, vout, false]);
    return output !== null && output.confirmations > 0;
  }
}
