/**
 * The kit's coin and its blocks. The kit has no wallet in the node: its one key is here, blocks pay to it, and
 * payments are built by the node's raw-transaction calls. So nothing waits for a key pool (mining is as fast as the
 * node hashes), and no target can reach the kit's coin, though wallets of one node are open to all its RPC users.
 */
import { createECDH, createHash, randomBytes } from 'node:crypto';
import { createBase58check } from '@scure/base';
import { CoinPurse, type Coin } from './coin-purse.ts';
import { RpcError, type RpcClient } from './rpc-client.ts';

/** 100 blocks until a coinbase may be spent, and ten that then can: 500 coin. */
const FIRST_BLOCKS = 110;
/** The ten coinbases are cut into this many coins, so that payments of scenes that run at once need not wait for each other's change. */
const COINS = 200;
const FEE_SAT = 1_000;
const COIN = 100_000_000;
const DUST_SAT = 294;

export class Regtest {
  readonly #rpc: RpcClient;
  readonly #purse: CoinPurse;
  readonly #address: string;
  readonly #wif: string;
  readonly #intervals = new Map<symbol, number>();
  #holds = 0;
  /** Resolves, and is made anew, whenever a hold ends. */
  #freed: PromiseWithResolvers<void> = Promise.withResolvers<void>();
  #forks = 0;
  #timer: NodeJS.Timeout | undefined;
  #lastMined = 0;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(rpc: RpcClient, address: string, wif: string) {
    this.#rpc = rpc;
    this.#address = address;
    this.#wif = wif;
    this.#purse = new CoinPurse(rpc);
  }

  /** Mines the first blocks and makes the kit's coins. `key32` fixes the key, so that a chain comes out the same again. */
  static async create(rpc: RpcClient, key32: Buffer = randomBytes(32)): Promise<Regtest> {
    const { publicKey, wif } = keyForms(key32);
    const [address = ''] = await rpc.call<string[]>('deriveaddresses', [await descriptorOf(rpc, publicKey)]);
    const regtest = new Regtest(rpc, address, wif);
    await regtest.#makeCoins(await regtest.mine(FIRST_BLOCKS));
    return regtest;
  }

  /** Goes on with the coins that `key32` has on a chain already. */
  static async attach(rpc: RpcClient, key32: Buffer): Promise<Regtest> {
    const { publicKey, wif } = keyForms(key32);
    const descriptor = await descriptorOf(rpc, publicKey);
    const [address = ''] = await rpc.call<string[]>('deriveaddresses', [descriptor]);
    const regtest = new Regtest(rpc, address, wif);
    const { unspents } = await rpc.call<{ unspents: UnspentOutput[] }>('scantxoutset', ['start', [descriptor]]);
    for (const { txid, vout, amount, coinbase } of unspents)
      if (coinbase !== true) regtest.#purse.put({ txid, vout, sat: inSat(amount) });
    return regtest;
  }

  /**
   * Pays `sat` to `address` from a confirmed coin of the kit; the payment waits in the mempool. Gives its txid. With
   * `data`, output 0 is an OP_RETURN of it, and the payment is output 1, as the continuation of an anchor is.
   */
  async pay(address: string, sat: number, data?: string): Promise<string> {
    if (!Number.isSafeInteger(sat) || sat < DUST_SAT)
      throw new RangeError(`sat: ${String(sat)} is not a payable amount`);
    const coin = await this.#purse.take(sat + FEE_SAT + DUST_SAT);
    try {
      const change = coin.sat - sat - FEE_SAT;
      const paid = [{ [address]: inCoin(sat) }, { [this.#address]: inCoin(change) }];
      const outputs = data === undefined ? paid : [{ data }, ...paid];
      const txid = await this.#send([coin], outputs);
      this.#purse.put({ txid, vout: outputs.length - 1, sat: change });
      return txid;
    } catch (error) {
      this.#purse.put(coin);
      throw error;
    }
  }

  /** Mines `count` blocks at once, when nobody holds the chain; gives their hashes. Transactions of the mempool are in the first. */
  async mine(count: number): Promise<string[]> {
    while (this.#holds > 0) await this.#freed.promise;
    return this.#mineNow(count);
  }

  async #mineNow(count: number): Promise<string[]> {
    const mined = this.#queue.then(() => this.#generate(count));
    this.#queue = mined.catch(() => undefined);
    this.#lastMined = performance.now();
    return mined;
  }

  /**
   * Keeps blocks coming every `everyMs` until the given function is called. Of several callers the fastest decides;
   * the intervals do not add up.
   */
  keepMining(everyMs: number): () => void {
    const caller = Symbol();
    this.#intervals.set(caller, everyMs);
    this.#schedule();
    return () => {
      this.#intervals.delete(caller);
      this.#schedule();
    };
  }

  /**
   * Mines `count` blocks and then holds the chain still for everybody, until the given function is called. What
   * `before` does, a payment say, has exactly these blocks upon it: nobody else's come between.
   */
  async mineAndHold(count: number, before: () => Promise<unknown> = async () => undefined): Promise<() => void> {
    while (this.#holds > 0) await this.#freed.promise;
    const release = this.#hold();
    try {
      await this.#queue; // blocks that were asked for before
      await before();
      if (count > 0) await this.#mineNow(count);
      return release;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Mines though the chain is held, for whoever holds it. */
  async mineHeld(count: number): Promise<string[]> {
    return this.#mineNow(count);
  }

  #hold(): () => void {
    let held = true;
    this.#holds++;
    this.#schedule();
    return () => {
      if (!held) return;
      held = false;
      this.#holds--;
      this.#freed.resolve();
      this.#freed = Promise.withResolvers<void>();
      this.#schedule();
    };
  }

  /** Stops all mining by time; for the end of a run. */
  stop(): void {
    this.#intervals.clear();
    this.#schedule();
  }

  /**
   * After `invalidateblock`, the block the kit would mine can be the very one that was invalidated (same second, same
   * key), and the node refuses it. Then, and only then, the block pays to another key.
   */
  async #generate(count: number): Promise<string[]> {
    try {
      return await this.#rpc.call<string[]>('generatetoaddress', [count, this.#address]);
    } catch (error) {
      if (!(error instanceof RpcError) || !error.message.includes('block not accepted')) throw error;
      const key = createHash('sha256').update(this.#wif).update(String(this.#forks++)).digest();
      return this.#rpc.call<string[]>('generatetodescriptor', [
        count,
        await descriptorOf(this.#rpc, keyForms(key).publicKey),
      ]);
    }
  }

  /**
   * Takes the last `depth` blocks out of the active chain and mines as many upon what is left, none of which holds a
   * transaction of the mempool: what was in the old ones is unconfirmed now.
   */
  async reorganise(depth: number): Promise<void> {
    const height = await this.#rpc.call<number>('getblockcount');
    await this.#rpc.call('invalidateblock', [await this.#rpc.call<string>('getblockhash', [height - depth + 1])]);
    for (let mined = 0; mined < depth; mined++) await this.mineEmpty();
  }

  /** Mines a block without any transaction of the mempool, to a key of its own: it is none that was invalidated before. */
  async mineEmpty(): Promise<void> {
    const key = createHash('sha256').update(this.#wif).update(String(this.#forks++)).digest();
    await this.#rpc.call('generateblock', [await descriptorOf(this.#rpc, keyForms(key).publicKey), []]);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#holds > 0 || this.#intervals.size === 0) return;
    const wait = Math.max(0, this.#lastMined + Math.min(...this.#intervals.values()) - performance.now());
    this.#timer = setTimeout(() => void this.#tick(), wait);
    this.#timer.unref();
  }

  async #tick(): Promise<void> {
    // A node that is gone shows where it is needed; here it only means that no block came.
    await this.#mineNow(1).catch(() => undefined);
    this.#schedule();
  }

  async #makeCoins(hashes: string[]): Promise<void> {
    const blocks = (await this.#rpc.batch(
      hashes.slice(0, 10).map((hash) => ({ method: 'getblock', params: [hash, 2] })),
    )) as Block[];
    const coinbases = blocks.map(({ tx: [coinbase] }) => ({
      txid: coinbase?.txid ?? '',
      vout: 0,
      sat: inSat(coinbase?.vout[0]?.value ?? 0),
    }));
    const total = coinbases.reduce((sum, { sat }) => sum + sat, 0);
    // One transaction cannot name an address twice, so the coins are paid by script: the address's own, COINS times.
    const each = Math.floor((total - COINS * FEE_SAT) / COINS);
    const txid = await this.#sendRepeated(coinbases, each);
    await this.mine(1);
    for (let vout = 0; vout < COINS; vout++) this.#purse.put({ txid, vout, sat: each });
  }

  async #send(coins: Coin[], outputs: Record<string, number | string>[]): Promise<string> {
    const inputs = coins.map(({ txid, vout }) => ({ txid, vout }));
    return this.#signAndSend(await this.#rpc.call<string>('createrawtransaction', [inputs, outputs]));
  }

  /** The same output COINS times, which `createrawtransaction` refuses: made with one output, which is then repeated in the octets. */
  async #sendRepeated(coins: Coin[], each: number): Promise<string> {
    const inputs = coins.map(({ txid, vout }) => ({ txid, vout }));
    const raw = await this.#rpc.call<string>('createrawtransaction', [inputs, [{ [this.#address]: inCoin(each) }]]);
    const output = raw.slice(-(OUTPUT_DIGITS + 8), -8);
    const head = raw.slice(0, -(OUTPUT_DIGITS + 8 + 2));
    return this.#signAndSend(`${head}${COINS.toString(16).padStart(2, '0')}${output.repeat(COINS)}${raw.slice(-8)}`);
  }

  async #signAndSend(raw: string): Promise<string> {
    const { hex, complete } = await this.#rpc.call<{ hex: string; complete: boolean }>('signrawtransactionwithkey', [
      raw,
      [this.#wif],
    ]);
    if (!complete) throw new Error('the node could not sign for the coins of the kit');
    return this.#rpc.call<string>('sendrawtransaction', [hex]);
  }
}

/** Hex digits of a P2WPKH output: 8 octets of value, 1 of length, 22 of script. */
const OUTPUT_DIGITS = 2 * (8 + 1 + 22);

interface UnspentOutput {
  txid: string;
  vout: number;
  amount: number;
  coinbase?: boolean;
}

interface Block {
  tx: { txid: string; vout: { value: number }[] }[];
}

/** With its checksum, which the node makes. */
async function descriptorOf(rpc: RpcClient, publicKey: string): Promise<string> {
  return (await rpc.call<{ descriptor: string }>('getdescriptorinfo', [`wpkh(${publicKey})`])).descriptor;
}

/** The compressed public key in hex, and the private key as Bitcoin's RPC takes it (WIF of the test networks, compressed). */
function keyForms(key32: Buffer): { publicKey: string; wif: string } {
  const pair = createECDH('secp256k1');
  pair.setPrivateKey(key32);
  const base58check = createBase58check((octets: Uint8Array) => createHash('sha256').update(octets).digest());
  return {
    publicKey: pair.getPublicKey('hex', 'compressed'),
    wif: base58check.encode(Buffer.concat([Buffer.from([0xef]), key32, Buffer.from([1])])),
  };
}

/** The RPC speaks in coin with eight decimals. */
function inCoin(sat: number): number {
  return Number((sat / COIN).toFixed(8));
}

function inSat(coin: number): number {
  return Math.round(coin * COIN);
}
