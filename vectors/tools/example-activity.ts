/** The log and the canary of the example entity: entries, trees with their proofs, promises, checkpoints. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { canonicalize } from 'json-canonicalize';
import { leafHash, treeRoot } from '../../conformance/oracle/log-tree.ts';
import type { LogEntry, LogPromise } from '../../reference/gen/schemas.ts';
import { digestOfRecord } from './example-record.ts';
import { digestOf, ed25519Key, keyOf, sha256, tagged } from './keys.ts';
import { rfc3339 } from './recorded-headers.ts';
import { RECORD } from './recorded-proofs.ts';

/** 32 octets. */
export const ENTITY_ID: Buffer = digestOfRecord(RECORD);
export const LOG_KEY: string = ed25519Key('log');
export const ORIGIN: string = `milagro.invalid/mdt/${ENTITY_ID.toString('hex')}`;
const ED25519 = 0x01;
const KINDS = ['person', 'app', 'thing'] as const;

/** Entry number `index`, of a time in seconds. */
export function entryAt(index: number, time: number): LogEntry {
  return {
    event: 'test',
    kind: KINDS[index % KINDS.length] ?? 'person',
    subject: digestOf(`subject ${String(index)}`).toString('hex'),
    time: rfc3339(time),
  };
}

export function entryOctets(entry: object): Buffer {
  return Buffer.from(canonicalize(entry));
}

/** Octets of `count` entries, one a minute from a time on. */
export function entriesFrom(time: number, count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => entryOctets(entryAt(index, time + 60 * index)));
}

export function hashesOf(entries: readonly Buffer[]): Buffer[] {
  return entries.map((entry) => leafHash(entry));
}

/** The path of RFC 9162, 2.1.3.1, of the leaf at `index`. */
export function inclusionPath(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length <= 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...inclusionPath(index, left), treeRoot(right)]
    : [...inclusionPath(index - split, right), treeRoot(left)];
}

/** The proof of RFC 9162, 2.1.4.1, that the tree of all leaves begins with that of the first `first`. */
export function consistencyPath(first: number, leaves: readonly Buffer[], isWhole = true): Buffer[] {
  if (first === 0) return [];
  if (first === leaves.length) return isWhole ? [] : [treeRoot(leaves)];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return first <= split
    ? [...consistencyPath(first, left, isWhole), treeRoot(right)]
    : [...consistencyPath(first - split, right, false), treeRoot(left)];
}

/** The 32 octets that a promise signs. */
export function promiseHash(leaf: Uint8Array, index: number, time: number, entityId: Uint8Array = ENTITY_ID): Buffer {
  const numbers = Buffer.alloc(16);
  numbers.writeBigUInt64BE(BigInt(index));
  numbers.writeBigUInt64BE(BigInt(time), 8);
  return sha256(tagged('MDT/1/promise', Buffer.concat([entityId, leaf, numbers])));
}

export function promiseOf(entry: Buffer, index: number, time: number, key = 'log'): LogPromise {
  const leaf = leafHash(entry);
  const signature = signEd25519(promiseHash(leaf, index, time), key);
  return { leaf_hash: leaf.toString('hex'), index, time: rfc3339(time), signature: signature.toString('hex') };
}

/** 64 octets by the key of a name. */
export function signEd25519(message: Uint8Array, key = 'log'): Buffer {
  return Buffer.from(ed25519.sign(message, keyOf(key)));
}

/** A signature line of a C2SP signed note. */
export function signatureLine(text: string, name: string, key = 'log', type: number = ED25519): string {
  const id = sha256(name, Buffer.of(0x0a, type), Buffer.from(ed25519Key(key), 'hex')).subarray(0, 4);
  return `— ${name} ${Buffer.concat([id, signEd25519(Buffer.from(text), key)]).toString('base64')}\n`;
}

export function checkpointText(size: number, root: Buffer, origin: string = ORIGIN): string {
  return `${origin}\n${String(size)}\n${root.toString('base64')}\n`;
}

/** The checkpoint of a tree of these leaf hashes. */
export function checkpointOf(leaves: readonly Buffer[]): string {
  const text = checkpointText(leaves.length, treeRoot(leaves));
  return `${text}\n${signatureLine(text, ORIGIN)}`;
}

/** The largest power of two below n. */
function splitOf(n: number): number {
  return 2 ** Math.floor(Math.log2(n - 1));
}
