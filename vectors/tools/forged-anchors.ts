/**
 * Anchors that nobody would mine, signed with the published keys and put into blocks of regtest's easy target that are
 * mined here. A reader of a proof by itself cannot tell them from others, so each shows one fault and no other.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { payments, Transaction } from 'bitcoinjs-lib';
import type { AnchorProof, LinkProof, Locator } from '../../reference/gen/schemas.ts';
import { encodeTxref } from '../../conformance/oracle/txref.ts';
import { digestOf, keyOf, publicKey } from './keys.ts';
import type { RecordedAnchor } from './record-chain.ts';
import { branchOf, hash256, stripped } from './recorded-proofs.ts';
import { timeOf } from './recorded-headers.ts';

const MARKER = Buffer.from('Milagro D-TA').toString('hex');
const BITS = 0x207f_ffff;
const FEE = 1_000;
const SEQUENCE = 0xffff_fffd;

export interface Spent {
  txid: string;
  value: number;
  /** Signs input 0. */
  key: Uint8Array;
}

export interface Forged {
  /** With witness. */
  transaction: string;
  txid: string;
  prevout_value: number;
}

/** The continuation of an anchor. */
export function continuationOf({ txid, prevout_value: value }: RecordedAnchor | Forged, key: Uint8Array): Spent {
  return { txid, value: value - FEE, key };
}

/** An anchor with one input and the two outputs of a lineage. */
export function forgeAnchor(spent: Spent, kind: string, digest: Uint8Array, entity: string, payTo: Uint8Array): Forged {
  return forge({ ...spent, vout: 1 }, `${kind}${Buffer.from(digest).toString('hex')}${entity}`, payTo);
}

/** A BIRTH of a D-TA without host hint, that spends an outpoint and pays the key of it. */
export function forgeBirth(spent: Spent & { vout: number }, digest: Uint8Array): Forged {
  return forge(spent, `0101${Buffer.from(digest).toString('hex')}`, spent.key);
}

/** An anchor transaction of no lineage: anybody's coin pays for the kind and body. */
export function forgePaid(body: string, name: string): Forged {
  const key = keyOf(name);
  return forge({ txid: digestOf(`coin of ${name}`).toString('hex'), vout: 0, value: 50_000, key }, body, key);
}

function forge({ txid, vout, value, key }: Spent & { vout: number }, body: string, payTo: Uint8Array): Forged {
  const transaction = new Transaction();
  transaction.version = 2;
  transaction.addInput(Buffer.from(txid, 'hex').reverse(), vout, SEQUENCE);
  const payload = Buffer.from(`${MARKER}01${body}`, 'hex');
  transaction.addOutput(payments.embed({ data: [payload] }).output ?? Buffer.alloc(0), 0n);
  transaction.addOutput(scriptOf(payTo), BigInt(value - FEE));
  return sign(transaction, value, key);
}

/** The same transaction with the witness of another key, which signs it rightly. */
export function signedBy(anchor: RecordedAnchor, key: Uint8Array): RecordedAnchor {
  return { ...anchor, ...sign(Transaction.fromHex(anchor.transaction), anchor.prevout_value, key) };
}

function sign(transaction: Transaction, value: number, key: Uint8Array): Forged {
  const pubkey = publicKey(key);
  const script = payments.p2pkh({ pubkey }).output ?? Buffer.alloc(0);
  const hash = transaction.hashForWitnessV0(0, script, BigInt(value), Transaction.SIGHASH_ALL);
  const der = secp256k1.sign(hash, key, { prehash: false, lowS: true, format: 'der' });
  transaction.setWitness(0, [Buffer.concat([der, Buffer.of(Transaction.SIGHASH_ALL)]), pubkey]);
  return { transaction: transaction.toHex(), txid: transaction.getId(), prevout_value: value };
}

function scriptOf(key: Uint8Array): Uint8Array {
  return payments.p2wpkh({ pubkey: publicKey(key) }).output ?? new Uint8Array();
}

/** Where a forged anchor stands: the second transaction of a block upon `parent`, with `following` headers. */
export function placeAnchor(
  anchor: Forged,
  link: number,
  parent: { header: string; height: number },
  following: number,
): LinkProof {
  const height = parent.height + 1;
  const coinbase = coinbaseAt(height);
  const leaves = [coinbase, stripped(anchor.transaction)].map((hex) => hash256(Buffer.from(hex, 'hex')));
  const { branch, root } = branchOf(leaves, 1);
  const headers = [mineHeader(parent.header, root)];
  for (let made = 0; made < following; made++) headers.push(mineHeader(headers.at(-1) ?? '', '00'.repeat(32)));
  const [header = '', ...rest] = headers;
  const proof: AnchorProof = {
    transaction: anchor.transaction,
    prevout_value: anchor.prevout_value,
    vout: 0,
    header,
    merkle_branch: branch,
    position: 1,
    coinbase,
    coinbase_branch: branchOf(leaves, 0).branch,
    following_headers: rest,
  };
  return { link, locator: locatorOf(anchor.txid, header, height), proof };
}

function locatorOf(txid: string, header: string, height: number): Locator {
  const place = { height, tx_index: 1 };
  const txref = encodeTxref({ network: 'regtest', ...place });
  return { txid, vout: 0, block_hash: displayed(header), ...place, txref };
}

/** A coinbase without witness. */
function coinbaseAt(height: number): string {
  const transaction = new Transaction();
  transaction.version = 2;
  transaction.addInput(Buffer.alloc(32), 0xffff_ffff, 0xffff_ffff, Buffer.of(2, height & 0xff, height >> 8));
  transaction.addOutput(scriptOf(keyOf('miner')), 5_000_000_000n);
  return transaction.toHex();
}

/** A header with work upon another, ten minutes later. */
function mineHeader(parent: string, root: string): string {
  const header = Buffer.alloc(80);
  header.writeUInt32LE(0x2000_0000, 0);
  hash256(Buffer.from(parent, 'hex')).copy(header, 4);
  header.write(root, 36, 'hex');
  header.writeUInt32LE(timeOf(parent) + 600, 68);
  header.writeUInt32LE(BITS, 72);
  // The target is 7fffff…: a hash whose first octet as displayed is below 7f is surely below it.
  for (let nonce = 0; ; nonce++) {
    header.writeUInt32LE(nonce, 76);
    if ((hash256(header)[31] ?? 255) < 0x7f) return header.toString('hex');
  }
}

function displayed(header: string): string {
  return hash256(Buffer.from(header, 'hex')).reverse().toString('hex');
}
