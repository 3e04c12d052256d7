/** Makes and mines transactions on a real bitcoind with fixed keys and mock time, for `record-chain.ts`. */
import { createBase58check } from '@scure/base';
import { networks, payments, Transaction } from 'bitcoinjs-lib';
import type { RpcClient } from '../../conformance/chain/rpc-client.ts';
import type { BlockRef, Outpoint } from '../../reference/gen/schemas.ts';
import { keyOf, publicKey, sha256 } from './keys.ts';

/** 2026-01-01T00:00:00Z, and ten minutes a block. */
export const BEGIN = 1_767_225_600;
const BLOCK_SECONDS = 600;
export const MINER_KEY: Buffer = keyOf('miner');
/** Satoshi of every transaction. */
export const FEE = 1_000;
/** Blocks upon the `freshness` block when a document is written. */
const FRESHNESS_DEPTH = 6;

/** A block as proofs need it. Hashes are as RPC prints them. */
export interface RecordedBlock {
  height: number;
  hash: string;
  header: string;
  txids: string[];
  /** The coinbase without its witness. */
  coinbase: string;
}

export interface Coin extends Outpoint {
  /** In satoshi. */
  value: number;
  key: Uint8Array;
}

export interface Made {
  txid: string;
  /** With witness. */
  transaction: string;
}

/** An output of `createrawtransaction`: data, or satoshi to the P2WPKH address of a key. */
export type Output = { data: string } | { to: Uint8Array; value: number } | { address: string; value: number };

export class Recorder {
  readonly #rpc: RpcClient;
  #height = 0;

  constructor(rpc: RpcClient) {
    this.#rpc = rpc;
  }

  get height(): number {
    return this.#height;
  }

  /** The present of the mock clock, as documents write it. */
  get now(): string {
    return new Date((BEGIN + this.#height * BLOCK_SECONDS) * 1000).toISOString().replace('.000Z', 'Z');
  }

  /** A block deep enough to be `freshness`. */
  async freshness(): Promise<BlockRef> {
    const height = this.#height - FRESHNESS_DEPTH;
    return { height, hash: await this.#rpc.call<string>('getblockhash', [height]) };
  }

  async mine(count: number): Promise<void> {
    for (let mined = 0; mined < count; mined++) {
      this.#height++;
      await this.#rpc.call('setmocktime', [BEGIN + this.#height * BLOCK_SECONDS]);
      await this.#rpc.call('generatetoaddress', [1, addressOf(MINER_KEY)]);
    }
  }

  async coinbase(height: number): Promise<Coin> {
    const block = await this.#block(height);
    return { txid: block.txids[0] ?? '', vout: 0, value: 5_000_000_000, key: MINER_KEY };
  }

  async spend(coins: Coin[], outputs: Output[]): Promise<Made> {
    const transaction = await this.#sign(coins, outputs);
    return { txid: await this.#rpc.call<string>('sendrawtransaction', [transaction, 0]), transaction };
  }

  /** A signed transaction that the node would take, and is not sent. */
  async unsent(coins: Coin[], outputs: Output[]): Promise<string> {
    const transaction = await this.#sign(coins, outputs);
    const [verdict] = await this.#rpc.call<{ allowed: boolean }[]>('testmempoolaccept', [[transaction], 0]);
    if (verdict?.allowed !== true) throw new Error(`bitcoind refuses it: ${JSON.stringify(verdict)}`);
    return transaction;
  }

  async #sign(coins: Coin[], outputs: Output[]): Promise<string> {
    const raw = await this.#rpc.call<string>('createrawtransaction', [
      coins.map(({ txid, vout }) => ({ txid, vout, sequence: 0xffff_fffd })),
      outputs.map((output) =>
        'data' in output ? output : { ['to' in output ? addressOf(output.to) : output.address]: output.value / 1e8 },
      ),
    ]);
    const prevouts = coins.map(({ txid, vout, value, key }) => ({
      txid,
      vout,
      scriptPubKey: scriptOf(key),
      amount: value / 1e8,
    }));
    const signing = [raw, coins.map(({ key }) => wifOf(key)), prevouts];
    const signed = await this.#rpc.call<{ hex: string; complete: boolean }>('signrawtransactionwithkey', signing);
    if (!signed.complete) throw new Error('bitcoind did not sign');
    return signed.hex;
  }

  async blocks(from: number): Promise<RecordedBlock[]> {
    const blocks: RecordedBlock[] = [];
    for (let height = from; height <= this.#height; height++) blocks.push(await this.#block(height));
    return blocks;
  }

  /** The headers of all blocks, the genesis block's first, one after the other. */
  async headers(): Promise<string> {
    const headers: string[] = [];
    for (let height = 0; height <= this.#height; height++) {
      const hash = await this.#rpc.call<string>('getblockhash', [height]);
      headers.push(await this.#rpc.call<string>('getblockheader', [hash, false]));
    }
    return headers.join('');
  }

  async #block(height: number): Promise<RecordedBlock> {
    const hash = await this.#rpc.call<string>('getblockhash', [height]);
    const header = await this.#rpc.call<string>('getblockheader', [hash, false]);
    const { tx } = await this.#rpc.call<{ tx: { txid: string; hex: string }[] }>('getblock', [hash, 2]);
    const coinbase = Transaction.fromHex(tx[0]?.hex ?? '');
    coinbase.stripWitnesses();
    return { height, hash, header, txids: tx.map(({ txid }) => txid), coinbase: coinbase.toHex() };
  }
}

function wifOf(key: Uint8Array): string {
  return createBase58check(sha256).encode(Buffer.concat([Buffer.of(0xef), key, Buffer.of(1)]));
}

function p2wpkh(key: Uint8Array): ReturnType<typeof payments.p2wpkh> {
  return payments.p2wpkh({ pubkey: publicKey(key), network: networks.regtest });
}

function addressOf(key: Uint8Array): string {
  return p2wpkh(key).address ?? '';
}

/** A P2WSH address that the key alone can spend. */
export function scriptHashAddressOf(key: Uint8Array): string {
  const redeem = payments.p2pk({ pubkey: publicKey(key), network: networks.regtest });
  return payments.p2wsh({ redeem, network: networks.regtest }).address ?? '';
}

function scriptOf(key: Uint8Array): string {
  return Buffer.from(p2wpkh(key).output ?? []).toString('hex');
}
