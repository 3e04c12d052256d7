/** Promises that an entry is in the log (spec 8.2). */
import { concatBytes } from '@noble/hashes/utils.js';
import { verifies } from '../ed25519.ts';
import { MdtError } from '../errors.ts';
import { taggedHash } from '../tagged-hash.ts';
import type { NoteSigner } from './checkpoint.ts';

export interface Promised {
  /** 32 octets. */
  readonly entityId: Uint8Array;
  /** 32 octets. */
  readonly leafHash: Uint8Array;
  readonly index: number;
  /** Seconds since 1970. */
  readonly time: number;
}

/** The 32 octets that a promise signs: `Ht("MDT/1/promise", entity_id ‖ leaf_hash ‖ index ‖ time)`. */
export function promiseHash({ entityId, leafHash, index, time }: Promised): Uint8Array {
  return taggedHash('MDT/1/promise', concatBytes(entityId, leafHash, eightOctets(index), eightOctets(time)));
}

/** 64 octets. */
export function signPromise(promised: Promised, signer: Pick<NoteSigner, 'sign'>): Uint8Array {
  return signer.sign(promiseHash(promised));
}

/**
 * @param publicKey `keys.log`, 32 octets
 * @throws MdtError MDT_LOG_PROMISE (MDT-LOG-104)
 */
export function verifyPromise(promised: Promised, signature: Uint8Array, publicKey: Uint8Array): void {
  if (!verifies(signature, promiseHash(promised), publicKey))
    throw new MdtError('MDT_LOG_PROMISE', 'the signature of the promise does not verify', { field: '/signature' });
}

/** Big-endian. */
function eightOctets(value: number): Uint8Array {
  const octets = new Uint8Array(8);
  new DataView(octets.buffer).setBigUint64(0, BigInt(value));
  return octets;
}
