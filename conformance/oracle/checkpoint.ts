/** Checkpoints and promises of a log (spec 8.2, 8.4): C2SP signed notes, Ed25519 by OpenSSL. */
import { createPublicKey, verify } from 'node:crypto';
import { sha256, tagged } from './digest.ts';
import { Refusal } from './refusal.ts';

export interface Head {
  readonly tree_size: number;
  readonly root: Buffer;
}

const ED25519 = 1;
const KEY_HASH_OCTETS = 4;
const NAME = /^[^\p{White_Space}+]+$/u;
/** Limits of spec 8.4. */
const MOST_OCTETS = 65_536;
const MOST_SIGNATURES = 100;

/** MDT-LOG-101: what a checkpoint says. `key` are the 32 octets of `keys.log`. */
export function readCheckpoint(octets: Uint8Array, entityId: string, key: Uint8Array): Head {
  const origin = `milagro.invalid/mdt/${entityId}`;
  const lines = readSigned(octets, origin, key).split('\n');
  if (lines.length !== 4 || lines[0] !== origin) refuse('another origin, or other lines than three');
  const [, size = '', root = ''] = lines;
  if (!/^(0|[1-9]\d*)$/.test(size) || !Number.isSafeInteger(Number(size))) refuse('no size');
  const decoded = fromBase64(root);
  if (decoded?.length !== 32) return refuse('no root');
  return { tree_size: Number(size), root: decoded };
}

/** The text of a note that a key signs under a name. `key` has 32 octets. */
export function readSigned(octets: Uint8Array, name: string, key: Uint8Array): string {
  const { text, signatures } = readNote(octets);
  const hash = sha256(name, Buffer.of(0x0a, ED25519), key).subarray(0, KEY_HASH_OCTETS);
  const ours = signatures.filter((each) => each.name === name && each.value.subarray(0, KEY_HASH_OCTETS).equals(hash));
  if (ours.length === 0) refuse('no signature by this key');
  for (const { value } of ours)
    if (!ed25519Verifies(key, Buffer.from(text), value.subarray(KEY_HASH_OCTETS)))
      refuse('a signature does not verify');
  return text;
}

/** 2^255 − 19, the order of the field. */
const FIELD = (1n << 255n) - 19n;

/** Whether 64 octets sign a message under a key of 32 octets: RFC 8032 without the cofactor, as OpenSSL has it (spec 8.2). */
function ed25519Verifies(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  // RFC 8032, 5.1.3, step 1, which OpenSSL leaves out.
  const y = BigInt(`0x${Buffer.from(key).reverse().toString('hex')}`) & ((1n << 255n) - 1n);
  if (y >= FIELD) return false;
  try {
    const x = Buffer.from(key).toString('base64url');
    return verify(null, message, createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } }), signature);
  } catch {
    return false;
  }
}

export interface Promised {
  readonly entity_id: string;
  readonly leaf_hash: string;
  readonly index: number;
  /** RFC 3339 */
  readonly time: string;
  readonly signature: string;
}

/** The 32 octets that a promise signs (spec 8.2). */
export function promiseHash({ entity_id, leaf_hash, index, time }: Omit<Promised, 'signature'>): Buffer {
  const numbers = Buffer.alloc(16);
  numbers.writeBigUInt64BE(BigInt(index), 0);
  numbers.writeBigUInt64BE(BigInt(Date.parse(time) / 1000), 8);
  return sha256(tagged('MDT/1/promise', Buffer.concat([fromHex(entity_id), fromHex(leaf_hash), numbers])));
}

/** MDT-LOG-104 */
export function refusePromise(promised: Promised, key: Uint8Array): void {
  if (!ed25519Verifies(key, promiseHash(promised), fromHex(promised.signature)))
    throw new Refusal('MDT_LOG_PROMISE', '/signature', 'does not verify');
}

interface Note {
  readonly text: string;
  readonly signatures: readonly { readonly name: string; readonly value: Buffer }[];
}

/** C2SP signed-note: text, an empty line, signature lines. */
function readNote(octets: Uint8Array): Note {
  if (octets.length > MOST_OCTETS) refuse('too long');
  const note = Buffer.from(octets).toString('utf8');
  if (!Buffer.from(note).equals(Buffer.from(octets))) refuse('not UTF-8');
  if ([...note].some((character) => character < ' ' && character !== '\n')) refuse('a control character');
  const cut = note.lastIndexOf('\n\n');
  if (cut < 0 || !note.endsWith('\n')) refuse('no note');
  const lines = note.slice(cut + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) refuse('too many signatures');
  const signatures = lines.map((line) => {
    const [dash, name = '', encoded = '', ...more] = line.split(' ');
    const value = fromBase64(encoded);
    if (dash !== '—' || !NAME.test(name) || more.length > 0 || !value || value.length <= KEY_HASH_OCTETS)
      return refuse('not a signature line');
    return { name, value };
  });
  return { text: note.slice(0, cut + 1), signatures };
}

/** RFC 4648, 4, with padding; one spelling of each value. */
function fromBase64(text: string): Buffer | undefined {
  const value = Buffer.from(text, 'base64');
  return value.toString('base64') === text ? value : undefined;
}

function fromHex(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}

function refuse(why: string): never {
  throw new Refusal('MDT_LOG_CHECKPOINT', '/checkpoint', why);
}
