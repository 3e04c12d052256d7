/** Test vectors as examples: a right input, and wrong ones each beside the right one that is nearest to it. */
import type { VectorFile, VectorTest } from '../../reference/gen/schemas.ts';
import { differences, distance, type Difference } from './vector-difference.ts';
import { loadVectors } from './vectors.ts';

export interface Example {
  /** File of vectors/ without ending, and its number there. */
  readonly file: string;
  readonly tcId: number;
  /** What the test is run through. */
  readonly type: string;
  readonly comment: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** What a right implementation makes of it, where it is right. */
  readonly expected?: Readonly<Record<string, unknown>>;
}

export interface BadExample extends Example {
  /** The code with which it has to be refused. */
  readonly code: string;
  /** What kind of fault it is, in words. */
  readonly notes: readonly string[];
  /** The right input that it is compared with; absent where there is none of its type. */
  readonly nearest?: Pick<Example, 'file' | 'tcId' | 'comment'>;
  readonly differences: readonly Difference[];
}

export interface Examples {
  readonly good?: Example;
  readonly bad: readonly BadExample[];
  /** How many more wrong inputs there are. */
  readonly more: number;
}

/** Wrong inputs that are shown; they are chosen so that they tell different things. */
const MOST_BAD = 3;
/** Right inputs that a wrong one is compared with. */
const MOST_COMPARED = 40;

interface Found {
  readonly name: string;
  readonly type: string;
  readonly file: VectorFile;
  readonly test: VectorTest;
}

/** Read once: whoever explains everything asks a thousand times. */
let vectors: readonly Found[] | undefined;

function allVectors(): readonly Found[] {
  return (vectors ??= loadVectors().flatMap(({ name, file }) =>
    file.testGroups.flatMap(({ type, tests }) => tests.map((test): Found => ({ name, type, file, test }))),
  ));
}

/** Examples among the vectors for which `wanted` holds; the right one may be any of the type where none is wanted. */
export function examplesOf(wanted: (test: VectorTest) => boolean): Examples {
  const all = allVectors();
  const bad = all.filter(({ test }) => test.result === 'invalid' && wanted(test));
  const shown = tellingOnes(bad).map((each) => compared(each, rightOnes(all, each)));
  const first = shown[0]?.nearest;
  const good =
    all.find(({ name, test }) => name === first?.file && test.tcId === first.tcId) ??
    all.find(({ test }) => test.result === 'valid' && wanted(test));
  return { ...(good && { good: plain(good) }), bad: shown, more: bad.length - shown.length };
}

/** The first of each kind of fault, a kind being the code and the flags; then more of the same. */
function tellingOnes(bad: readonly Found[]): Found[] {
  const kinds = Map.groupBy(bad, ({ name, test }) => [name, test.code, ...test.flags].join(' '));
  const firsts = [...kinds.values()].flatMap(([first]) => first ?? []);
  const others = bad.filter((each) => !firsts.includes(each));
  return [...firsts, ...others].slice(0, MOST_BAD);
}

function rightOnes(all: readonly Found[], { name, type }: Found): Found[] {
  return all
    .filter((each) => each.name === name && each.type === type && each.test.result === 'valid')
    .slice(0, MOST_COMPARED);
}

function compared(bad: Found, right: readonly Found[]): BadExample {
  const [nearest] = right
    .map((each) => ({ each, found: differences(each.test.input, bad.test.input) }))
    .sort((a, b) => distance(a.found) - distance(b.found));
  const { file, tcId, comment } = nearest ? plain(nearest.each) : { file: '', tcId: 0, comment: '' };
  return {
    ...plain(bad),
    code: bad.test.code ?? '',
    notes: bad.test.flags.flatMap((flag) => bad.file.notes[flag]?.description ?? []),
    ...(nearest && { nearest: { file, tcId, comment } }),
    differences: nearest?.found ?? [],
  };
}

function plain({ name, type, test }: Found): Example {
  const { tcId, comment, input, expected } = test;
  return { file: name, tcId, type, comment, input, ...(expected && { expected }) };
}
