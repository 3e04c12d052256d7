/**
 * PAT signatures by OpenSSL, off the event loop: measured, 6 times as many as by the library that decides. That one is asked
 * where OpenSSL says no, because it has the code; and what OpenSSL takes has a low `s` besides.
 */
import { createPublicKey, verify } from 'node:crypto';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { MdtError } from '../core/errors.ts';
import { PAT_SIGNATURE_TAG, verifiedLeaf } from '../core/pat/statement.ts';
import type { PatStatement } from '../gen/schemas.ts';

/** What stands before a compressed key of secp256k1 in a SubjectPublicKeyInfo (RFC 5480). */
const KEY_HEAD = Buffer.from('3036301006072a8648ce3d020106052b8104000a032200', 'hex');
const TAG = sha256(utf8ToBytes(PAT_SIGNATURE_TAG));
const KEY_OCTETS = 33;
const SIGNATURE_OCTETS = 64;

interface Signed {
  readonly statement: PatStatement;
  readonly signature: Uint8Array;
  /** Of both. */
  readonly leaf: Buffer;
}

/** @throws MdtError MDT_SIGNATURE, MDT_SIGNATURE_HIGH_S */
export async function expectSigned({ statement, signature, leaf }: Signed): Promise<void> {
  if (await isGood(leaf, signature)) return;
  try {
    verifiedLeaf(statement, signature);
  } catch (error) {
    if (!(error instanceof MdtError)) throw error;
    throw new MdtError(error.code, error.message, { field: 'signature' });
  }
}

async function isGood(leaf: Buffer, signature: Uint8Array): Promise<boolean> {
  const signed = leaf.subarray(0, leaf.length - SIGNATURE_OCTETS);
  try {
    const spki = concatBytes(KEY_HEAD, signed.subarray(0, KEY_OCTETS));
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    const { promise, resolve } = Promise.withResolvers<boolean>();
    // SHA-256 of tag, tag and message is the tagged hash (BIP-340).
    verify('sha256', concatBytes(TAG, TAG, signed), { key, dsaEncoding: 'ieee-p1363' }, signature, (error, good) =>
      resolve(error === null && good),
    );
    return (await promise) && !secp256k1.Signature.fromBytes(signature, 'compact').hasHighS();
  } catch {
    return false; // a key or signature that is not even well-formed
  }
}
