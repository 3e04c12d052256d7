/**
 * Records a lineage on a real bitcoind into vectors/sources/regtest-chain.json: keys and mock time are fixed,
 * so a fresh node of the same version mines the same blocks again. `node vectors/tools/record-chain.ts`; with
 * `--check` it writes nothing and fails where the chain comes out differently. The node judges every
 * transaction; the vectors are made from what it mined.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBase58check } from '@scure/base';
import { networks, payments, Transaction } from 'bitcoinjs-lib';
import type { RpcClient } from '../../conformance/chain/rpc-client.ts';
import { startChain } from '../../conformance/chain/start.ts';
import type { BirthRecord, Outpoint } from '../../reference/gen/schemas.ts';
import { digestOfRecord, EXAMPLE_ANCHOR_KEY, exampleRecord } from './example-record.ts';
import { digestOf, keyOf, publicKey, sha256 } from './keys.ts';

const OUTPUT = join(import.meta.dirname, '../sources/regtest-chain.json');
const MARKER = Buffer.from('Milagro D-TA').toString('hex');
/** 2026-01-01T00:00:00Z, and ten minutes a block. */
const BEGIN = 1_767_225_600;
const BLOCK_SECONDS = 600;
const FEE = 0.000_01;
const MINER_KEY = keyOf('miner');

/** A block as proofs need it. Hashes are as RPC prints them. */
export interface RecordedBlock {
  height: number;
  hash: string;
  header: string;
  txids: string[];
  /** The coinbase without its witness. */
  coinbase: string;
}

export interface RecordedAnchor {
  txid: string;
  /** With witness. */
  transaction: string;
  prevout_value: number;
  height: number;
}

export interface RecordedChain {
  node: string;
  record: BirthRecord;
  birth: RecordedAnchor;
  status: RecordedAnchor;
  /** Blocks from the one with the BIRTH to the tip. */
  blocks: RecordedBlock[];
  /** Transactions that spend the continuation of the STATUS, signed and accepted by the node but never sent. */
  unsent: Record<UnsentName, string>;
}

export type UnsentName =
  | 'good'
  | 'three outputs'
  | 'OP_RETURN second'
  | 'continuation to another key'
  | 'second BIRTH'
  | 'another entity'
  | 'PAT_SIGNATURE'
  | 'experimental kind';

interface Coin extends Outpoint {
  /** In bitcoin. */
  value: number;
}

class Recorder {
  readonly #rpc: RpcClient;
  #height = 0;

  constructor(rpc: RpcClient) {
    this.#rpc = rpc;
  }

  async record(node: string): Promise<RecordedChain> {
    await this.#mine(124);
    const funding = await this.#spend(await this.#coinbase(1), MINER_KEY, [{ [addressOf(EXAMPLE_ANCHOR_KEY)]: 0.01 }]);
    await this.#mine(6);
    const record = exampleRecord({
      created: new Date((BEGIN + this.#height * BLOCK_SECONDS) * 1000).toISOString().replace('.000Z', 'Z'),
      freshness: { height: 124, hash: await this.#rpc.call<string>('getblockhash', [124]) },
      lineage: { txid: funding.txid, vout: 0 },
    });
    const digest = digestOfRecord(record).toString('hex');
    const hint = Buffer.from('dta.example.org').toString('hex');
    const birth = await this.#anchor({ txid: funding.txid, vout: 0, value: 0.01 }, `${MARKER}010101${digest}${hint}`);
    await this.#mine(1);
    // Of three transactions in the block the cheapest is the last: its branch holds Bitcoin's own duplicate.
    await this.#spend(await this.#coinbase(2), MINER_KEY, [{ [addressOf(MINER_KEY)]: 49.99 }]);
    const continuation = { txid: birth.txid, vout: 1, value: 0.01 - FEE };
    const status = await this.#anchor(
      continuation,
      `${MARKER}0102${digestOf('first status').toString('hex')}${digest}`,
    );
    await this.#mine(1);
    await this.#mine(8);
    const tip = { txid: status.txid, vout: 1, value: bitcoin(satoshi(continuation.value) - satoshi(FEE)) };
    return {
      node,
      record,
      birth: { ...birth, prevout_value: 1_000_000, height: 131 },
      status: { ...status, prevout_value: satoshi(continuation.value), height: 132 },
      blocks: await this.#blocks(131),
      unsent: await this.#unsent(tip, digest),
    };
  }

  /** What could come after the STATUS, one of it right. The node is asked whether it would take each. */
  async #unsent(tip: Coin, entity: string): Promise<Record<UnsentName, string>> {
    const digest = digestOf('next document').toString('hex');
    const payload = { data: `${MARKER}0103${digest}${entity}` };
    const pay = (sat: number, key: Uint8Array = EXAMPLE_ANCHOR_KEY): object => ({ [addressOf(key)]: bitcoin(sat) });
    const rest = satoshi(tip.value) - satoshi(FEE);
    const outputs: Record<UnsentName, object[]> = {
      good: [payload, pay(rest)],
      'three outputs': [payload, pay(rest - 10_000), pay(10_000, MINER_KEY)],
      'OP_RETURN second': [pay(rest), payload],
      'continuation to another key': [payload, pay(rest, MINER_KEY)],
      'second BIRTH': [{ data: `${MARKER}010101${entity}` }, pay(rest)],
      'another entity': [{ data: `${MARKER}0103${digest}${digestOf('another entity').toString('hex')}` }, pay(rest)],
      PAT_SIGNATURE: [{ data: `${MARKER}0110${digest}${digest}` }, pay(rest)],
      'experimental kind': [{ data: `${MARKER}0180${digest}${entity}` }, pay(rest)],
    };
    const signed: [string, string][] = [];
    for (const [name, list] of Object.entries(outputs)) {
      const transaction = await this.#sign(tip, EXAMPLE_ANCHOR_KEY, list);
      const [verdict] = await this.#rpc.call<{ allowed: boolean }[]>('testmempoolaccept', [[transaction], 0]);
      if (verdict?.allowed !== true) throw new Error(`bitcoind refuses ${name}: ${JSON.stringify(verdict)}`);
      signed.push([name, transaction]);
    }
    return Object.fromEntries(signed) as Record<UnsentName, string>;
  }

  async #anchor(coin: Coin, payload: string): Promise<{ txid: string; transaction: string }> {
    const value = bitcoin(satoshi(coin.value) - satoshi(FEE));
    return this.#spend(coin, EXAMPLE_ANCHOR_KEY, [{ data: payload }, { [addressOf(EXAMPLE_ANCHOR_KEY)]: value }]);
  }

  async #spend(coin: Coin, key: Uint8Array, outputs: object[]): Promise<{ txid: string; transaction: string }> {
    const transaction = await this.#sign(coin, key, outputs);
    return { txid: await this.#rpc.call<string>('sendrawtransaction', [transaction, 0]), transaction };
  }

  async #sign({ txid, vout, value }: Coin, key: Uint8Array, outputs: object[]): Promise<string> {
    const raw = await this.#rpc.call<string>('createrawtransaction', [
      [{ txid, vout, sequence: 0xffff_fffd }],
      outputs,
    ]);
    const prevout = { txid, vout, scriptPubKey: scriptOf(key), amount: value };
    const signing = [raw, [wifOf(key)], [prevout]];
    const signed = await this.#rpc.call<{ hex: string; complete: boolean }>('signrawtransactionwithkey', signing);
    if (!signed.complete) throw new Error('bitcoind did not sign');
    return signed.hex;
  }

  async #coinbase(height: number): Promise<Coin> {
    const block = await this.#block(height);
    return { txid: block.txids[0] ?? '', vout: 0, value: 50 };
  }

  async #mine(count: number): Promise<void> {
    for (let mined = 0; mined < count; mined++) {
      this.#height++;
      await this.#rpc.call('setmocktime', [BEGIN + this.#height * BLOCK_SECONDS]);
      await this.#rpc.call('generatetoaddress', [1, addressOf(MINER_KEY)]);
    }
  }

  async #blocks(from: number): Promise<RecordedBlock[]> {
    const blocks: RecordedBlock[] = [];
    for (let height = from; height <= this.#height; height++) blocks.push(await this.#block(height));
    return blocks;
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

const satoshi = (value: number): number => Math.round(value * 1e8);
const bitcoin = (value: number): number => value / 1e8;

function wifOf(key: Uint8Array): string {
  return createBase58check(sha256).encode(Buffer.concat([Buffer.of(0xef), key, Buffer.of(1)]));
}

function p2wpkh(key: Uint8Array): ReturnType<typeof payments.p2wpkh> {
  return payments.p2wpkh({ pubkey: publicKey(key), network: networks.regtest });
}

function addressOf(key: Uint8Array): string {
  return p2wpkh(key).address ?? '';
}

function scriptOf(key: Uint8Array): string {
  return Buffer.from(p2wpkh(key).output ?? []).toString('hex');
}

const chain = await startChain({ mockTime: BEGIN });
try {
  const recorded = await new Recorder(chain.rpc).record(chain.version);
  const text = `${JSON.stringify(recorded, null, 2)}\n`;
  if (!process.argv.includes('--check')) writeFileSync(OUTPUT, text);
  else if (readFileSync(OUTPUT, 'utf8') !== text) {
    console.error('the chain comes out differently from vectors/sources/regtest-chain.json');
    process.exitCode = 1;
  }
} finally {
  await chain.stop();
}
