/** Transactions octet by octet, signed by the kit's node: honest anchors, and such as no wallet would make. */
import { createECDH, createHash } from 'node:crypto';
import { createBase58check } from '@scure/base';
import type { RpcClient } from '../../chain/rpc-client.ts';

export interface Outpoint {
  readonly txid: string;
  readonly vout: number;
}

export interface Output {
  readonly sat: number;
  readonly script: Buffer;
}

const SEQUENCE = 'fdffffff';
const VERSION = '02000000';
const MOST_SHORT = 0xfd;
const SAT = 100_000_000;

/** A key of the kit: its P2WPKH script, and the forms in which the node takes it. */
export interface CoinKey {
  readonly script: Buffer;
  /** As WIF of the test networks. */
  readonly wif: string;
  /** Compressed, hexadecimal. */
  readonly publicKey: string;
}

export function coinKey(key32: Buffer): CoinKey {
  const pair = createECDH('secp256k1');
  pair.setPrivateKey(key32);
  const publicKey = pair.getPublicKey(null, 'compressed');
  const base58check = createBase58check((octets: Uint8Array) => createHash('sha256').update(octets).digest());
  const hash = createHash('ripemd160').update(createHash('sha256').update(publicKey).digest()).digest();
  return {
    script: Buffer.concat([Buffer.from('0014', 'hex'), hash]),
    wif: base58check.encode(Buffer.concat([Buffer.from([0xef]), key32, Buffer.from([1])])),
    publicKey: publicKey.toString('hex'),
  };
}

/** The one script of 2.1: a push in its shortest form. */
export function opReturn(data: Buffer): Buffer {
  const push = data.length <= 75 ? [data.length] : [0x4c, data.length];
  return Buffer.concat([Buffer.from([0x6a, ...push]), data]);
}

/** Without signatures, hexadecimal. */
export function unsigned(inputs: readonly Outpoint[], outputs: readonly Output[]): string {
  const ins = inputs.map(({ txid, vout }) => `${reversed(txid)}${uint(vout, 4)}00${SEQUENCE}`);
  const outs = outputs.map(({ sat, script }) => `${uint(sat, 8)}${size(script.length)}${script.toString('hex')}`);
  return `${VERSION}${size(ins.length)}${ins.join('')}${size(outs.length)}${outs.join('')}00000000`;
}

/** Signs every input by `key`, which the node does; `coins` are what is spent, spent already or not. */
export async function signed(
  rpc: RpcClient,
  raw: string,
  key: CoinKey,
  coins: readonly (Outpoint & { readonly sat: number })[],
): Promise<string> {
  const spent = coins.map(({ txid, vout, sat }) => ({
    ...{ txid, vout, scriptPubKey: key.script.toString('hex') },
    amount: Number((sat / SAT).toFixed(8)),
  }));
  const how = [raw, [key.wif], spent];
  const { hex, complete } = await rpc.call<{ hex: string; complete: boolean }>('signrawtransactionwithkey', how);
  if (!complete) throw new Error('the node could not sign a transaction of the kit');
  return hex;
}

function reversed(hex: string): string {
  return Buffer.from(hex, 'hex').reverse().toString('hex');
}

function uint(value: number, octets: 4 | 8): string {
  const all = Buffer.alloc(8);
  all.writeBigUInt64LE(BigInt(value));
  return all.toString('hex', 0, octets);
}

function size(length: number): string {
  if (length >= MOST_SHORT) throw new RangeError(`no transaction of the kit has ${String(length)} of anything`);
  return Buffer.from([length]).toString('hex');
}
