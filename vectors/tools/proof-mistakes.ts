/**
 * What transparency-dev's list (proof/verify_test.go) makes wrong with each proof, one thing at a time. What JSON cannot
 * say (an index below 0) or what comes to the same input again is left out.
 */
import { SOME_HASH } from './transparency-dev.ts';

export interface InclusionQuestion {
  leaf_hash: string;
  index: number;
  tree_size: number;
  root: string;
  proof: string[];
}

export interface ConsistencyQuestion {
  first_size: number;
  first_root: string;
  second_size: number;
  second_root: string;
  proof: string[];
}

const EMPTY_ROOT = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
/** ASCII, and not 32 octets. */
const WRONG_LEAF = Buffer.from('WrongLeaf').toString('hex');
const WRONG_ROOT = Buffer.from('WrongRoot').toString('hex');

export function inclusionMistakes(right: InclusionQuestion): [string, InclusionQuestion][] {
  const { index, tree_size: size, root, proof } = right;
  const [first = '', ...rest] = proof;
  return distinct(right, [
    ['index - 1', { ...right, index: index - 1 }],
    ['index + 1', { ...right, index: index + 1 }],
    ['index ^ 2', { ...right, index: index ^ 2 }],
    ['size * 2', { ...right, tree_size: size * 2 }],
    ['size / 2', { ...right, tree_size: Math.floor(size / 2) }],
    ['wrong leaf', { ...right, leaf_hash: WRONG_LEAF }],
    ['empty root', { ...right, root: EMPTY_ROOT }],
    ['random root', { ...right, root: SOME_HASH }],
    ['trailing garbage', { ...right, proof: [...proof, ''] }],
    ['trailing root', { ...right, proof: [...proof, root] }],
    ['preceding garbage', { ...right, proof: ['', ...proof] }],
    ['preceding root', { ...right, proof: [root, ...proof] }],
    ...proof.map((_, at): [string, InclusionQuestion] => [
      `modified proof[${String(at)}] bit 3`,
      { ...right, proof: flipped(proof, at, 8) },
    ]),
    ['removed component', { ...right, proof: proof.slice(0, -1) }],
    ['inserted component', { ...right, proof: proof.length > 1 ? [first, SOME_HASH, ...rest] : proof }],
  ]);
}

export function consistencyMistakes(right: ConsistencyQuestion): [string, ConsistencyQuestion][] {
  const { first_size: one, second_size: two, first_root: older, second_root: newer, proof } = right;
  const [first = ''] = proof;
  return distinct(right, [
    ['first - 1', { ...right, first_size: one - 1 }],
    ['first + 1', { ...right, first_size: one + 1 }],
    ['first ^ 2', { ...right, first_size: one ^ 2 }],
    ['second * 2', { ...right, second_size: two * 2 }],
    ['second / 2', { ...right, second_size: Math.floor(two / 2) }],
    ['wrong first root', { ...right, first_root: WRONG_ROOT }],
    ['wrong second root', { ...right, second_root: WRONG_ROOT }],
    ['swapped roots', { ...right, first_root: newer, second_root: older }],
    ['empty proof', { ...right, proof: [] }],
    ['trailing garbage', { ...right, proof: [...proof, ''] }],
    ['trailing first root', { ...right, proof: [...proof, older] }],
    ['trailing second root', { ...right, proof: [...proof, newer] }],
    ['preceding garbage', { ...right, proof: ['', ...proof] }],
    ['preceding first root', { ...right, proof: [older, ...proof] }],
    ['preceding second root', { ...right, proof: [newer, ...proof] }],
    ['preceding proof[0]', { ...right, proof: [first, ...proof] }],
    ['truncated proof', { ...right, proof: proof.slice(0, -1) }],
    ...proof.map((_, at): [string, ConsistencyQuestion] => [
      `modified proof[${String(at)}] bit 4`,
      { ...right, proof: flipped(proof, at, 16) },
    ]),
  ]);
}

function distinct<Q extends object>(right: Q, mistakes: [string, Q][]): [string, Q][] {
  const seen = new Set([JSON.stringify(right)]);
  return mistakes.filter(([, question]) => {
    const key = JSON.stringify(question);
    const isNew = !seen.has(key) && Object.values(question).every((value) => typeof value !== 'number' || value >= 0);
    seen.add(key);
    return isNew;
  });
}

/** With bits of the first octet of one hash changed. */
function flipped(proof: readonly string[], at: number, bits: number): string[] {
  return proof.map((hash, index) => {
    if (index !== at) return hash;
    const octets = Buffer.from(hash, 'hex');
    octets[0] = (octets[0] ?? 0) ^ bits;
    return octets.toString('hex');
  });
}
