/** Checking proofs (RFC 9162, 2.1.3.2 and 2.1.4.2): nothing but hashes that somebody else shows. */
import { equalOctets } from '../hex.ts';
import { MdtError } from '../errors.ts';
import { EMPTY_ROOT, nodeHash } from './tree-hash.ts';
import { HASH_OCTETS } from '../sha256.ts';

export interface Inclusion {
  readonly leafHash: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  /** From the leaf upwards. */
  readonly proof: readonly Uint8Array[];
}

/** @throws MdtError MDT_LOG_INCLUSION (MDT-LOG-102) */
export function verifyInclusion({ leafHash, index, size, root, proof }: Inclusion): void {
  const refuse = (field: string, message: string): never => {
    throw new MdtError('MDT_LOG_INCLUSION', message, { field });
  };
  if (!isCount(index) || !isCount(size) || index >= size) refuse('/index', 'not an entry of this tree');
  if (![leafHash, root, ...proof].every(isHash)) refuse('/proof', 'a hash that has not 32 octets');
  let [place, last] = [index, size - 1];
  let hash = leafHash;
  for (const sibling of proof) {
    if (last === 0) refuse('/proof', 'hashes are left over');
    if (place % 2 === 1 || place === last) {
      hash = nodeHash(sibling, hash);
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else hash = nodeHash(hash, sibling);
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  if (last !== 0) refuse('/proof', 'hashes are missing');
  if (!equalOctets(hash, root)) refuse('/root', 'the proof leads to another root');
}

export interface Consistency {
  readonly first: { readonly size: number; readonly root: Uint8Array };
  readonly second: { readonly size: number; readonly root: Uint8Array };
  readonly proof: readonly Uint8Array[];
}

/** @throws MdtError MDT_LOG_FORK (MDT-LOG-103) */
export function verifyConsistency({ first, second, proof }: Consistency): void {
  if (!isCount(first.size) || !isCount(second.size) || first.size > second.size) fork('/first', 'the log has shrunk');
  if (![first.root, second.root, ...proof].every(isHash)) fork('/proof', 'a hash that has not 32 octets');
  if (first.size === 0 && !equalOctets(first.root, EMPTY_ROOT)) fork('/first', 'not the root of the empty tree');
  if (first.size === 0 || first.size === second.size) {
    if (proof.length > 0) fork('/proof', 'hashes are left over');
    if (first.size === second.size && !equalOctets(first.root, second.root)) fork('/second', 'one size with two roots');
    return;
  }
  const [oldRoot, newRoot] = rootsFrom(first, second.size, proof);
  if (!equalOctets(oldRoot, first.root)) fork('/first', 'the proof leads to another root of the first tree');
  if (!equalOctets(newRoot, second.root)) fork('/second', 'the proof leads to another root of the second tree');
}

function rootsFrom(
  first: Consistency['first'],
  secondSize: number,
  proof: readonly Uint8Array[],
): [Uint8Array, Uint8Array] {
  const [start, ...rest] = isPowerOfTwo(first.size) ? [first.root, ...proof] : proof;
  if (!start || (isPowerOfTwo(first.size) && rest.length === 0)) return fork('/proof', 'empty');
  let [place, last] = [first.size - 1, secondSize - 1];
  while (place % 2 === 1) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  let [older, newer] = [start, start];
  for (const sibling of rest) {
    if (last === 0) fork('/proof', 'hashes are left over');
    if (place % 2 === 1 || place === last) {
      older = nodeHash(sibling, older);
      newer = nodeHash(sibling, newer);
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else newer = nodeHash(newer, sibling);
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  if (last !== 0) fork('/proof', 'hashes are missing');
  return [older, newer];
}

function fork(field: string, message: string): never {
  throw new MdtError('MDT_LOG_FORK', message, { field });
}

function isHash(octets: Uint8Array): boolean {
  return octets.length === HASH_OCTETS;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}
