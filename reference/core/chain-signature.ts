/**
 * The signature of input 0, which is what "signed by its ECDSA key" means (MDT-LIN-005, -006, -104, -105).
 * The txid does not commit to the witness, so a block proves nothing about it: a reader checks it itself.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { MdtError } from './errors.ts';
import { equalOctets } from './hex.ts';
import { p2wpkhScript } from './public-key-script.ts';
import type { Transaction } from './transaction.ts';

const SIGHASH_ALL = 0x01;

/**
 * Checks witness and BIP-143 signature of input 0.
 * @param publicKey `keys.anchor`, 33 octets
 * @param prevoutValue value in satoshi of the output that input 0 spends
 * @throws MdtError MDT_WITNESS or MDT_CHAIN_SIGNATURE
 */
export function verifyChainSignature(
  transaction: Transaction,
  publicKey: Uint8Array,
  prevoutValue: number,
  field: string,
): void {
  const signature = readWitness(transaction, publicKey, field);
  verifyDerSignature(signature, signatureHash(transaction, 0, publicKey, prevoutValue), publicKey, field);
}

/**
 * Checks a DER signature of 32 octets.
 * @throws MdtError MDT_WITNESS where it is not strict DER or has a high s, MDT_CHAIN_SIGNATURE where it does not verify
 */
export function verifyDerSignature(der: Uint8Array, hash: Uint8Array, publicKey: Uint8Array, field: string): void {
  const signature = parseDer(der, field);
  if (signature.hasHighS()) refuseWitness('the signature has a high s', field);
  const compact = signature.toBytes('compact');
  if (!secp256k1.verify(compact, hash, publicKey, { prehash: false, lowS: true, format: 'compact' })) {
    throw new MdtError('MDT_CHAIN_SIGNATURE', 'the signature of input 0 does not verify', { field });
  }
}

/** The BIP-143 hash of an input, SIGHASH_ALL, for a P2WPKH output of `publicKey`. */
export function signatureHash(
  transaction: Transaction,
  input: number,
  publicKey: Uint8Array,
  prevoutValue: number,
): Uint8Array {
  // BIP-143: the script code of a P2WPKH output is the P2PKH script of its key hash.
  const keyHash = p2wpkhScript(publicKey).subarray(2);
  const scriptCode = concatBytes(Uint8Array.of(0x76, 0xa9, 0x14), keyHash, Uint8Array.of(0x88, 0xac));
  return transaction.hashForWitnessV0(input, scriptCode, BigInt(prevoutValue), SIGHASH_ALL);
}

/** The DER signature of the witness [DER‖01, publicKey]. */
function readWitness(transaction: Transaction, publicKey: Uint8Array, field: string): Uint8Array {
  const [input] = transaction.ins;
  const [signature, key, ...rest] = input?.witness ?? [];
  if (input === undefined || signature === undefined || key === undefined || rest.length > 0) {
    refuseWitness('the witness of input 0 is not two items', field);
  }
  if (input.script.length > 0) refuseWitness('input 0 has a scriptSig', field);
  if (!equalOctets(key, publicKey)) refuseWitness('the witness names another key', field);
  if (signature.at(-1) !== SIGHASH_ALL) refuseWitness('the signature is not SIGHASH_ALL', field);
  return signature.subarray(0, -1);
}

function parseDer(der: Uint8Array, field: string): ReturnType<typeof secp256k1.Signature.fromBytes> {
  try {
    const signature = secp256k1.Signature.fromBytes(der, 'der');
    if (!equalOctets(signature.toBytes('der'), der)) refuseWitness('the signature is not strict DER', field);
    return signature;
  } catch (cause) {
    throw new MdtError('MDT_WITNESS', 'the signature is not DER', { field, cause });
  }
}

function refuseWitness(message: string, field: string): never {
  throw new MdtError('MDT_WITNESS', message, { field });
}
