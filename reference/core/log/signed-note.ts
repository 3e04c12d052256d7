/** C2SP signed-note with Ed25519 signatures: a text, an empty line, and a line for each signature. */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64 } from '@scure/base';
import { MdtError } from '../errors.ts';
import { equalOctets } from '../hex.ts';

/** C2SP signed-note: the signature type of Ed25519. */
const ED25519 = 0x01;
const KEY_HASH_OCTETS = 4;
const SIGNATURE_OCTETS = 64;
/** Spec 8.4. */
const MAX_NOTE_OCTETS = 65_536;
const MAX_SIGNATURES = 100;
const SIGNATURE_LINE = /^— ([^\p{White_Space}+]+) ([A-Za-z0-9+/=]+)$/u;

/** A name and the Ed25519 key that signs under it. */
export interface NoteKey {
  readonly name: string;
  /** 32 octets. */
  readonly publicKey: Uint8Array;
}

export interface NoteSignature {
  readonly name: string;
  /** Key hash and signature. */
  readonly octets: Uint8Array;
}

export interface SignedNote {
  /** With the line feed at its end. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** The first 4 octets of `SHA-256(name ‖ 0A ‖ 01 ‖ key)`. */
function keyHash({ name, publicKey }: NoteKey): Uint8Array {
  return sha256(concatBytes(utf8ToBytes(name), Uint8Array.of(0x0a, ED25519), publicKey)).slice(0, KEY_HASH_OCTETS);
}

/**
 * The note with one signature.
 * @param text ends with a line feed
 * @param sign gives the 64 octets of an Ed25519 signature
 */
export function signNote(text: string, key: NoteKey, sign: (message: Uint8Array) => Uint8Array): string {
  const octets = concatBytes(keyHash(key), sign(utf8ToBytes(text)));
  return `${text}\n— ${key.name} ${base64.encode(octets)}\n`;
}

/** @throws MdtError MDT_LOG_CHECKPOINT where it is no signed note */
export function parseNote(octets: Uint8Array): SignedNote {
  if (octets.length > MAX_NOTE_OCTETS) throw refusal(`more than ${MAX_NOTE_OCTETS} octets`);
  const note = decode(octets);
  // eslint-disable-next-line no-control-regex -- C2SP: no ASCII control characters but the line feed
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note)) throw refusal('a control character');
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw refusal('no signatures');
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw refusal(`more than ${MAX_SIGNATURES} signatures`);
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

/**
 * Checks that a note is signed by a key. Signatures by others are ignored.
 * @param verify of a message and 64 octets by `key`
 * @throws MdtError MDT_LOG_CHECKPOINT
 */
export function expectSigned(
  { text, signatures }: SignedNote,
  key: NoteKey,
  verify: (message: Uint8Array, signature: Uint8Array) => boolean,
): void {
  const hash = keyHash(key);
  const by = signatures.filter(
    ({ name, octets }) => name === key.name && equalOctets(octets.subarray(0, KEY_HASH_OCTETS), hash),
  );
  if (by.length === 0) throw refusal('not signed by this key');
  const message = utf8ToBytes(text);
  for (const { octets } of by) {
    const signature = octets.subarray(KEY_HASH_OCTETS);
    if (signature.length !== SIGNATURE_OCTETS || !verify(message, signature))
      throw refusal('a signature of this key does not verify');
  }
}

function parseSignature(line: string): NoteSignature {
  const [, name = '', encoded = ''] = SIGNATURE_LINE.exec(line) ?? [];
  if (name === '') throw refusal('not a signature line');
  try {
    const octets = base64.decode(encoded);
    if (octets.length <= KEY_HASH_OCTETS) throw refusal('a signature without octets');
    return { name, octets };
  } catch (cause) {
    if (cause instanceof MdtError) throw cause;
    throw refusal('not base64', cause);
  }
}

function decode(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch (cause) {
    throw refusal('not UTF-8', cause);
  }
}

function refusal(message: string, cause?: unknown): MdtError {
  return new MdtError('MDT_LOG_CHECKPOINT', message, { field: '/checkpoint', ...(cause !== undefined && { cause }) });
}
