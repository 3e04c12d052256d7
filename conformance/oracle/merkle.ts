/** Merkle branches and block headers (spec 2.3). Hashes are octets as computed, not reversed. */
import { hash256 } from './digest.ts';

/** Where a branch leads from `leaf` at `position`; the sibling stands left where the position's bit is 1. */
export function branchRoot(leaf: Uint8Array, branch: readonly Uint8Array[], position: number): Buffer {
  let hash = Buffer.from(leaf);
  let bits = position;
  for (const sibling of branch) {
    hash = Buffer.from(hash256(Buffer.concat((bits & 1) === 1 ? [sibling, hash] : [hash, sibling])));
    bits >>= 1;
  }
  return hash;
}

/** Merkle root in an 80-octet header. */
export function rootOf(header: Uint8Array): Buffer {
  return Buffer.from(header).subarray(36, 68);
}

/** Hash of the block before, as RPC prints it. */
export function previousOf(header: Uint8Array): string {
  return displayed(Buffer.from(header).subarray(4, 36));
}

/** A hash as bitcoind's RPC and JSON print it. */
export function displayed(hash: Uint8Array): string {
  return Buffer.from(hash).reverse().toString('hex');
}
