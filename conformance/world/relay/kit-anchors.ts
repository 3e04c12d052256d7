/**
 * Anchors of the kit's own in the chain under test, made of many small coins of one key: lineages, and what only looks as if
 * it belonged to one.
 */
import type { Regtest } from '../../chain/regtest.ts';
import type { RpcClient } from '../../chain/rpc-client.ts';
import {
  coinKey,
  opReturn,
  signed,
  unsigned,
  type CoinKey,
  type Outpoint,
  type Output,
} from './transaction-builder.ts';

const COIN_SAT = 100_000;
const FEE_SAT = 1_000;

export interface Coin extends Outpoint {
  readonly sat: number;
}

/** A transaction that was made, and the coin that its last output is. */
export interface Made {
  readonly txid: string;
  readonly hex: string;
  readonly coin: Coin;
}

export class KitAnchors {
  readonly key: CoinKey;
  readonly #rpc: RpcClient;
  #coins: Coin[] = [];

  private constructor(rpc: RpcClient, key: CoinKey) {
    this.#rpc = rpc;
    this.key = key;
  }

  /** Cuts one payment into `count` coins, and mines a block on each step. */
  static async create(rpc: RpcClient, regtest: Regtest, key32: Buffer, count: number): Promise<KitAnchors> {
    const key = coinKey(key32);
    const all = new KitAnchors(rpc, key);
    const total = count * COIN_SAT + 10 * FEE_SAT + count * 50;
    const address = await addressOf(rpc, key);
    const txid = await regtest.pay(address, total);
    const { vout } = await rpc.call<{ vout: { n: number; scriptPubKey: { hex: string } }[] }>('getrawtransaction', [
      txid,
      1,
    ]);
    const at = vout.find(({ scriptPubKey }) => scriptPubKey.hex === key.script.toString('hex'))?.n ?? 0;
    const paid = { txid, vout: at, sat: total };
    const outputs = Array.from({ length: count }, () => ({ sat: COIN_SAT, script: key.script }));
    const split = await all.#send(await signed(rpc, unsigned([paid], outputs), key, [paid]));
    all.#coins = outputs.map(({ sat }, index) => ({ txid: split, vout: index, sat }));
    await regtest.mine(1);
    return all;
  }

  /** A coin that nothing was made of. */
  coin(): Coin {
    const coin = this.#coins.pop();
    if (!coin) throw new Error('the kit has too few coins for its anchors');
    return coin;
  }

  /** Spends `coins` in this order for an anchor of `payload`, with a continuation; in the mempool. */
  async anchor(payload: Buffer, ...coins: Coin[]): Promise<Made> {
    return this.send([{ sat: 0, script: opReturn(payload) }], ...coins);
  }

  /** Spends `coins` for these outputs and, last, the rest to the kit; in the mempool. */
  async send(outputs: readonly Output[], ...coins: Coin[]): Promise<Made> {
    const made = await this.make(outputs, ...coins);
    await this.#send(made.hex);
    return made;
  }

  /** As `send`, and not sent. */
  async make(outputs: readonly Output[], ...coins: Coin[]): Promise<Made> {
    return this.makePaying(FEE_SAT, outputs, ...coins);
  }

  /** As `make`, with another fee. */
  async makePaying(fee: number, outputs: readonly Output[], ...coins: Coin[]): Promise<Made> {
    const paid = coins.length === 0 ? [this.coin()] : coins;
    const sat = [...paid, ...outputs.map((output) => ({ sat: -output.sat }))].reduce(
      (sum, each) => sum + each.sat,
      -fee,
    );
    const raw = unsigned(paid, [...outputs, { sat, script: this.key.script }]);
    const hex = await signed(this.#rpc, raw, this.key, paid);
    const { txid } = await this.#rpc.call<{ txid: string }>('decoderawtransaction', [hex]);
    return { txid, hex, coin: { txid, vout: outputs.length, sat } };
  }

  async #send(hex: string): Promise<string> {
    return this.#rpc.call<string>('sendrawtransaction', [hex]);
  }
}

async function addressOf(rpc: RpcClient, { publicKey }: CoinKey): Promise<string> {
  const { descriptor } = await rpc.call<{ descriptor: string }>('getdescriptorinfo', [`wpkh(${publicKey})`]);
  const [address = ''] = await rpc.call<string[]>('deriveaddresses', [descriptor]);
  return address;
}
