/** The tagged hash of BIP-340: `Ht(tag, m) = SHA-256(SHA-256(tag) ‖ SHA-256(tag) ‖ m)` (spec 1.2). */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** 32 octets. `tag` is ASCII; `message` is of a length that the tag fixes. */
export function taggedHash(tag: string, message: Uint8Array): Uint8Array {
  const tagHash = sha256(utf8ToBytes(tag));
  return sha256.create().update(tagHash).update(tagHash).update(message).digest();
}
