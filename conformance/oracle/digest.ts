/** RFC 8785 form, digest and tagged hash, by json-canonicalize and the platform's SHA-256. */
import { createHash } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';

export function sha256(...parts: (Uint8Array | string)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Double SHA-256, as Bitcoin hashes transactions and headers. */
export function hash256(octets: Uint8Array): Buffer {
  return sha256(sha256(octets));
}

/** RFC 8785 canonical octets of a JSON value that has been read strictly. */
export function canonicalOctets(value: unknown): Buffer {
  return Buffer.from(canonicalize(value), 'utf8');
}

/** `SHA-256(tag) ‖ SHA-256(tag) ‖ message`: what `Ht` hashes (spec 1.2). */
export function tagged(tag: string, message: Uint8Array): Buffer {
  const prefix = sha256(tag);
  return Buffer.concat([prefix, prefix, message]);
}
