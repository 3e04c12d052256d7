/** Building and signing anchor transactions (MDT-LIN-003 to -014). */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { Psbt, Transaction } from 'bitcoinjs-lib';
import { CONTINUATION_VOUT, PAYLOAD_VOUT, type OutpointRef } from '../core/anchor-transaction.ts';
import { MdtError } from '../core/errors.ts';
import { opReturnScript } from '../core/op-return.ts';
import { p2wpkhScript } from '../core/public-key-script.ts';

/** A P2WPKH output of the lineage key, with its value in satoshi. */
export interface SpendableCoin extends OutpointRef {
  readonly value: number;
}

export interface AnchorPlan {
  /** Input 0 first. */
  readonly coins: readonly [SpendableCoin, ...SpendableCoin[]];
  readonly payload: Uint8Array;
  /** Whom the continuation pays, 33 octets: the lineage key, in a SUCCESSOR the new one. */
  readonly continuationKey: Uint8Array;
  readonly feeSatVb: number;
  /** Into how many equal outputs what the fee leaves is cut: one in a lineage (MDT-LIN-003), and where nothing is said. */
  readonly shares?: number;
}

export interface SignedAnchor {
  /** With its witness, hexadecimal. */
  readonly transaction: string;
  readonly txid: string;
  /** Value of the output that input 0 spends. */
  readonly prevoutValue: number;
  /** The continuation, which the next anchor spends. */
  readonly continuation: SpendableCoin;
  readonly feeSatVb: number;
}

/** BIP-125: any sequence below 0xfffffffe lets a stuck anchor be replaced by fee. */
const REPLACEABLE = 0xffff_fffd;
/** MDT-LIN-013. */
export const DUST_SAT = 294;
/** Item count, and two items with their lengths: a DER signature of low s with its sighash octet has at most 72. */
const WITNESS_WEIGHT_PER_INPUT = 1 + 1 + 72 + 1 + 33;
const SEGWIT_MARKER_WEIGHT = 2;

/**
 * Signs the anchor that a plan describes. The same plan and key give the same octets (RFC 6979), so a
 * process that died after signing signs nothing new.
 * @throws MdtError MDT_UNFUNDED where the coins do not cover fee and continuation
 */
export function signAnchor(plan: AnchorPlan, secretKey: Uint8Array): SignedAnchor {
  const signer = makeSigner(secretKey);
  const psbt = new Psbt();
  addInputs(psbt, plan.coins, p2wpkhScript(signer.publicKey));
  const continuationValue = addOutputs(psbt, plan);
  psbt.signAllInputs(signer).finalizeAllInputs();
  const transaction = psbt.extractTransaction(true); // the library's own fee ceiling is for people who mistype
  return {
    transaction: transaction.toHex(),
    txid: transaction.getId(),
    prevoutValue: plan.coins[0].value,
    continuation: { txid: transaction.getId(), vout: CONTINUATION_VOUT, value: continuationValue },
    feeSatVb: plan.feeSatVb,
  };
}

function addInputs(psbt: Psbt, coins: AnchorPlan['coins'], script: Uint8Array): void {
  for (const { txid, vout, value } of coins) {
    psbt.addInput({ hash: txid, index: vout, sequence: REPLACEABLE, witnessUtxo: { script, value: BigInt(value) } });
  }
}

/** Adds the OP_RETURN and the continuation, which takes what the fee leaves. @returns its value */
function addOutputs(psbt: Psbt, plan: AnchorPlan): number {
  const { coins, payload, continuationKey, feeSatVb } = plan;
  const payloadScript = opReturnScript(payload);
  const continuationScript = p2wpkhScript(continuationKey);
  const total = coins.reduce((sum, coin) => sum + coin.value, 0);
  const { shares = 1 } = plan;
  const value = Math.floor((total - anchorVbytes(plan) * feeSatVb) / shares);
  if (value < DUST_SAT) throw new MdtError('MDT_UNFUNDED', `${total} sat do not pay for an anchor`, { field: 'coins' });
  const outputs = [];
  outputs[PAYLOAD_VOUT] = { script: payloadScript, value: 0n };
  for (let share = 0; share < shares; share += 1)
    outputs[CONTINUATION_VOUT + share] = { script: continuationScript, value: BigInt(value) };
  psbt.addOutputs(outputs);
  return value;
}

/** Size of an anchor before it is signed, with the longest signatures it can have. */
export function anchorVbytes({ coins, payload, continuationKey, shares = 1 }: Omit<AnchorPlan, 'feeSatVb'>): number {
  const unsigned = new Transaction();
  for (const [index] of coins.entries()) unsigned.addInput(new Uint8Array(32), index);
  unsigned.addOutput(opReturnScript(payload), 0n);
  for (let share = 0; share < shares; share += 1) unsigned.addOutput(p2wpkhScript(continuationKey), 0n);
  return Math.ceil((unsigned.weight() + SEGWIT_MARKER_WEIGHT + coins.length * WITNESS_WEIGHT_PER_INPUT) / 4);
}

function makeSigner(secretKey: Uint8Array): { publicKey: Uint8Array; sign: (hash: Uint8Array) => Uint8Array } {
  return {
    publicKey: secp256k1.getPublicKey(secretKey, true),
    sign: (hash) => secp256k1.sign(hash, secretKey, { prehash: false, lowS: true, format: 'compact' }),
  };
}
