/** P2WPKH: the script and address of a compressed public key (BIP-141, BIP-173). */
import { bech32 } from '@scure/base';
import { ripemd160 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';

/** The 22-octet output script that pays to `publicKey` (33 octets). */
export function p2wpkhScript(publicKey: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(0x00, 0x14), keyHash(publicKey));
}

/** Whether a script pays to a key in this form, whichever. */
export function isP2wpkhScript(script: Uint8Array): boolean {
  return script.length === 22 && script[0] === 0x00 && script[1] === 0x14;
}

/** Its address with the human-readable part of a network. */
export function p2wpkhAddress(publicKey: Uint8Array, addressPrefix: string): string {
  return bech32.encode(addressPrefix, [0, ...bech32.toWords(keyHash(publicKey))]);
}

function keyHash(publicKey: Uint8Array): Uint8Array {
  return ripemd160(sha256(publicKey));
}
