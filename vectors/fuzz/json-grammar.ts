/** JSON documents by the grammar of RFC 8259 as spec 1.1 narrows it, and the same with one fault of a known code. */
import type { Random } from './random.ts';

const STRINGS = [
  '',
  'a',
  'zä',
  '€',
  '😀',
  '\\n',
  '\\u00e9',
  '\\ud83d\\ude00',
  '\\"',
  '\\\\',
  '\\/',
  '\\u0000',
  '__proto__',
  'é',
];
const SPACES = ['', '', '', ' ', '\n', '\t', '\r\n '];
const WORDS = ['true', 'false', 'null'];
const MOST_OCTETS = 16_384;
const MOST_NESTING = 32;

/** A document that a reader takes. */
export function jsonText(random: Random): string {
  return object(random, 1, []);
}

/** A document with one fault, and the code that a reader refuses it with. */
export function faultyJson(random: Random): { octets: Buffer; code: string } {
  const [code, make] = random.pick(FAULTS);
  return { octets: make(random), code };
}

/** Exactly one value of the document is replaced by a text that is not allowed. */
function withValue(random: Random, faulty: string): Buffer {
  return Buffer.from(object(random, 1, [faulty]));
}

const FAULTS: readonly (readonly [code: string, make: (random: Random) => Buffer])[] = [
  ['MDT_DOCUMENT_TOO_LARGE', (random) => Buffer.from(jsonText(random).padEnd(MOST_OCTETS + 1 + random.below(9)))],
  ['MDT_BOM', (random) => Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from(jsonText(random))])],
  [
    'MDT_NOT_UTF8',
    (random) => {
      const bad = random.pick(['c080', 'ff', 'e282', 'eda080', 'f4908080', '80', 'c3']);
      const [before = '', after = ''] = withValue(random, '"\u0001"').toString('utf8').split('\u0001');
      return Buffer.concat([Buffer.from(before), Buffer.from(bad, 'hex'), Buffer.from(after)]);
    },
  ],
  [
    'MDT_NOT_JSON',
    (random) =>
      withValue(
        random,
        random.pick([
          'NaN',
          "'a'",
          '[1,]',
          '{"a":1,}',
          '01',
          '+1',
          '.5',
          '1.',
          '"\t"',
          '"\\x"',
          'tru',
          '/**/1',
          '""""',
        ]),
      ),
  ],
  ['MDT_NOT_JSON', (random) => Buffer.from(jsonText(random) + random.pick(['{}', ',', '}', 'x', '\u00a0', '\u000b']))],
  ['MDT_NOT_JSON', (random) => Buffer.from(random.pick(['[]', '1', '"a"', 'null', '', ' ', '[{}]']))],
  [
    'MDT_DUPLICATE_MEMBER',
    (random) =>
      withValue(
        random,
        random.pick(['{"a":1,"a":1}', '{"a":1,"\\u0061":2}', '{"":1,"b":2,"":3}', '{"é":1,"\\u00e9":1}']),
      ),
  ],
  [
    'MDT_LONE_SURROGATE',
    (random) =>
      withValue(
        random,
        random.pick(['"\\ud83d"', '"\\ude00"', '{"\\ud83d":1}', '"\\ude00\\ud83d"', '"\\ud83dx\\ude00"']),
      ),
  ],
  [
    'MDT_NUMBER_LITERAL',
    (random) =>
      withValue(random, random.pick(['1.0', '1e3', '-0', '0e0', '1E+2', '-1.5', '0.0', '9007199254740993.0'])),
  ],
  [
    'MDT_NUMBER_RANGE',
    (random) =>
      withValue(
        random,
        random.pick(['9007199254740992', '-9007199254740992', '1'.padEnd(30, '0'), '-9223372036854775808']),
      ),
  ],
  ['MDT_NESTING', (random) => Buffer.from(nested(MOST_NESTING + 1 + random.below(4), random.once(2)))],
  ['MDT_NESTING', () => Buffer.from(`{"a":${'['.repeat(5_000)}`)],
];

function nested(depth: number, closed: boolean): string {
  return `{"a":${'['.repeat(depth - 1)}1${closed ? `${']'.repeat(depth - 1)}}` : ''}`;
}

/** An object; each of `faulty` stands somewhere in it as a value, exactly once. */
function object(random: Random, depth: number, faulty: string[]): string {
  const count = random.below(5) + (faulty.length > 0 ? 1 : 0);
  const names = new Set<string>();
  const members = Array.from({ length: count }, (_, index) => {
    const name = random.once(2) ? random.pick(STRINGS) : `m${String(index)}`;
    const unique = names.has(decoded(name)) ? `${name}${String(index)}` : name;
    names.add(decoded(unique));
    const held = index === count - 1 ? faulty : [];
    return `${space(random)}"${unique}"${space(random)}:${space(random)}${value(random, depth + 1, held)}`;
  });
  return `{${members.join(`${space(random)},`)}${space(random)}}`;
}

function value(random: Random, depth: number, faulty: string[]): string {
  const deeper = depth < 6 && random.once(2);
  const [text] = faulty;
  if (deeper && random.once(2)) return object(random, depth, faulty);
  if (deeper) return array(random, depth, faulty);
  if (text !== undefined) return text;
  switch (random.below(4)) {
    case 0:
      return `"${random.pick(STRINGS)}${random.pick(STRINGS)}"`;
    case 1:
      return random.pick(WORDS);
    default:
      return String(random.pick([0, 1, -1, 2 ** 53 - 1, 1 - 2 ** 53, random.next(), -random.below(1_000)]));
  }
}

function array(random: Random, depth: number, faulty: string[]): string {
  const count = random.below(4) + (faulty.length > 0 ? 1 : 0);
  const items = Array.from({ length: count }, (_, index) => value(random, depth + 1, index === 0 ? faulty : []));
  return `[${space(random)}${items.join(`${space(random)},${space(random)}`)}${space(random)}]`;
}

function space(random: Random): string {
  return random.pick(SPACES);
}

function decoded(name: string): string {
  return JSON.parse(`"${name}"`) as string;
}
