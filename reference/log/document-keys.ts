/** Whose the documents of a log are: by the keys of the records of its entity. */
import { hexToBytes } from '@noble/hashes/utils.js';
import { documentDigest } from '../core/canonical.ts';
import { verifyDigestSignature, type DocumentType } from '../core/document-signature.ts';
import { MdtError } from '../core/errors.ts';
import { bytesToHex } from '../core/hex.ts';
import type { ActivityRoot, BirthRecord, Status } from '../gen/schemas.ts';
import type { SignedDocument } from './document-series.ts';

/**
 * A root is signed by `keys.anchor` of the record that was in force (spec 8.5). That the root does not name: any will do.
 * @throws MdtError MDT_SIGNATURE
 */
export function verifyRoot(signed: SignedDocument<ActivityRoot>, records: readonly BirthRecord[]): void {
  const keys = records.map(({ keys: { anchor } }) => anchor);
  verifyByOneOf(keys, 'milagro-activity-root', signed);
}

/**
 * A STATUS is signed by `keys.status` of the record that it names (MDT-STA-002).
 * @throws MdtError MDT_SIGNATURE
 */
export function verifyStatus(signed: SignedDocument<Status>, records: readonly BirthRecord[]): void {
  const named = records.filter((record) => bytesToHex(documentDigest(record)) === signed.document.record);
  const keys = named.map(({ keys: { status } }) => status);
  verifyByOneOf(keys, 'milagro-status', signed);
}

function verifyByOneOf(
  keys: readonly string[],
  type: DocumentType,
  { sha256, signature }: { readonly sha256: string; readonly signature: string },
): void {
  const verifies = (key: string): boolean => {
    try {
      verifyDigestSignature(type, hexToBytes(sha256), hexToBytes(signature), hexToBytes(key));
      return true;
    } catch {
      return false;
    }
  };
  if (!keys.some(verifies))
    throw new MdtError('MDT_SIGNATURE', 'signed by no key of this entity', { field: '/signature' });
}
