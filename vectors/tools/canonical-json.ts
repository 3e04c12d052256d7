/** vectors/canonical-json.json: reading a document (spec 1.4) and its canonical octets and digest (spec 1.2). */
import { createHash } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';
import type { VectorFile } from '../../reference/gen/schemas.ts';
import { VectorBuilder, type GroupBuilder } from './vector-builder.ts';

const CYBERPHONE =
  'https://github.com/cyberphone/json-canonicalization/tree/master/testdata (testdata of the authors of RFC 8785)';

const hex = (text: string | Uint8Array): string => Buffer.from(text as string).toString('hex');
const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const nested = (levels: number): string => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;
/** A document of exactly `octets` octets. */
const sized = (octets: number): string => `{"a":"${'x'.repeat(octets - 8)}"}`;

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'canonical-json',
    source: 'RFC 8785 test data for the official groups; json-canonicalize and OpenSSL for the others',
    header: [
      'Input: the octets of a document, hexadecimal.',
      'valid: read them as spec 1.4 says; the canonical octets (RFC 8785) and their SHA-256 are expected.',
      'invalid: refuse them with the code. Each holds one fault.',
    ],
    notes: {
      Official: { bugType: 'BASIC', description: 'A fact taken over from the list of its group.' },
      OutsideProfile: {
        bugType: 'MISSING_STEP',
        description: 'RFC 8785 has a canonical form for it, but a document of this specification may not hold it.',
        links: ['MDT-DOC-002'],
      },
      Order: {
        bugType: 'CANONICALIZATION',
        description: 'Members are ordered by UTF-16 code units, not by code points, bytes or locale.',
      },
      Escape: {
        bugType: 'CANONICALIZATION',
        description: 'A string has one spelling; escapes that are not needed go.',
      },
      Hidden: { bugType: 'PARSER_DIFFERENTIAL', description: 'A common JSON parser accepts it and hides the fault.' },
      Boundary: { bugType: 'EDGE_CASE', description: 'At or one beyond a limit.' },
    },
  })
    .group({ type: 'canonical-json', source: CYBERPHONE, license: 'Apache-2.0', official: true }, official)
    .group({ type: 'canonical-json', source: 'written for this specification' }, accepted)
    .group({ type: 'canonical-json', source: 'written for this specification' }, refused)
    .build();
}

/** Inputs and outputs as that list has them; two of its files hold numbers that documents may not. */
function official(group: GroupBuilder): void {
  const accept = (name: string, input: string, output: string): void =>
    group.valid(
      {
        comment: name,
        flags: ['Official', 'Order'],
        requirements: ['MDT-DOC-010', 'MDT-DOC-104'],
        input: { octets: hex(input) },
      },
      { canonical: hex(output), digest: sha256(output) },
    );
  accept(
    'french.json: no locale in the order',
    '{\n  "peach": "This sorting order",\n  "péché": "is wrong according to French",\n  "pêche": "but canonicalization MUST",\n  "sin":   "ingnore locale"\n}\n',
    '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ingnore locale"}',
  );
  accept(
    'unicode.json: no normalization',
    '{\n  "Unnormalized Unicode":"\\u1e0d\\u0307"\n}\n',
    '{"Unnormalized Unicode":"\u1e0d\u0307"}',
  );
  accept(
    'weird.json: order by UTF-16 code units',
    '{\n  "\\u20ac": "Euro Sign",\n  "1": "One",\n  "\\u0080": "Control\\u007f",\n  "\\ud83d\\ude02": "Smiley",\n  "\\u00f6": "Latin Small Letter O With Diaeresis",\n  "\\ufb33": "Hebrew Letter Dalet With Dagesh",\n  "</script>": "Browser Challenge"\n}\n',
    '{"1":"One","</script>":"Browser Challenge","\u0080":"Control\u007f","\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign","\ud83d\ude02":"Smiley","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
  );
  const outside = (comment: string, input: string, requirement: string, code: string): void =>
    group.invalid(
      { comment, flags: ['Official', 'OutsideProfile'], requirements: [requirement], input: { octets: hex(input) } },
      code,
    );
  outside(
    'arrays.json: not an object',
    '[\n  56,\n  {\n    "d": true,\n    "10": null,\n    "1": [ ]\n  }\n]',
    'MDT-DOC-104',
    'MDT_NOT_JSON',
  );
  outside(
    'structures.json: holds 56.0',
    '{\n  "1": {"f": {"f": "hi","F": 5} ,"\\n": 56.0},\n  "10": { },\n  "": "empty",\n  "a": { },\n  "111": [ { } ],\n  "A": { }\n}',
    'MDT-DOC-107',
    'MDT_NUMBER_LITERAL',
  );
  outside(
    'values.json: holds 1E30 and others',
    '{\n  "numbers": [1E30, 4.50, 333333333.33333329, 2e-3, 0.000000000000000000000000001],\n  "escaping": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/",\n  "literals": [null, true, false]\n}',
    'MDT-DOC-107',
    'MDT_NUMBER_LITERAL',
  );
}

function accepted(group: GroupBuilder): void {
  const accept = (
    comment: string,
    text: string,
    requirements: [string, ...string[]] = ['MDT-DOC-010'],
    flags: string[] = [],
  ): void => {
    const canonical = canonicalize(JSON.parse(text));
    group.valid(
      { comment, flags, requirements, input: { octets: hex(text) } },
      { canonical: hex(canonical), digest: sha256(canonical) },
    );
  };
  accept('the empty object', '{}');
  accept('white space of every kind around every token', ' {\t"b" :\r\n[ 1 , 2 ] , "a" : { } } \n');
  accept('members in another order', '{"c":1,"b":2,"a":3}', ['MDT-DOC-010'], ['Order']);
  accept(
    'a name outside the BMP sorts before U+FB33',
    '{"\ufb33":1,"\ud83d\ude02":2,"\u20ac":3}',
    ['MDT-DOC-010'],
    ['Order'],
  );
  accept('names that begin alike', '{"ab":1,"a":2,"abc":3,"":4}', ['MDT-DOC-010'], ['Order']);
  accept('names of digits are not indexes', '{"10":1,"9":2,"1":3}', ['MDT-DOC-010'], ['Order']);
  accept(
    'every control character escaped',
    `{"a":"${Array.from({ length: 32 }, (_, at) => `\\u00${at.toString(16).padStart(2, '0')}`).join('')}"}`,
    ['MDT-DOC-010'],
    ['Escape'],
  );
  accept('escapes that are not needed', '{"\\u0061":"\\u0041\\/\\u00e9\\u20AC"}', ['MDT-DOC-010'], ['Escape']);
  accept(
    'U+007F, U+2028 and U+FEFF stay as they are',
    '{"a":"\u007f\u2028\ufeff"}',
    ['MDT-DOC-010', 'MDT-DOC-102', 'MDT-DOC-103'],
    ['Escape'],
  );
  accept('a surrogate pair written as escapes', '{"a":"\\uD83D\\uDE02"}', ['MDT-DOC-010', 'MDT-DOC-106'], ['Escape']);
  accept('a member named __proto__', '{"__proto__":{"a":1},"constructor":2}', ['MDT-DOC-010'], ['Hidden']);
  accept('literals', '{"a":null,"b":true,"c":false}');
  accept('zero', '{"a":0}', ['MDT-DOC-002', 'MDT-DOC-107']);
  accept('2^53 − 1', '{"a":9007199254740991}', ['MDT-DOC-002', 'MDT-DOC-108'], ['Boundary']);
  accept('−(2^53 − 1)', '{"a":-9007199254740991}', ['MDT-DOC-002', 'MDT-DOC-108'], ['Boundary']);
  accept('one name in two objects', '{"a":{"x":1},"b":{"x":1}}', ['MDT-DOC-105']);
  accept('names that differ in case or normalization only', '{"a":1,"A":2,"\u00e9":3,"e\u0301":4}', ['MDT-DOC-105']);
  accept('32 levels', nested(32), ['MDT-DOC-109'], ['Boundary']);
  accept('brackets inside a string are no levels', `{"a":"${'['.repeat(40)}"}`, ['MDT-DOC-109']);
  accept('16,384 octets', sized(16_384), ['MDT-DOC-101'], ['Boundary']);
}

function refused(group: GroupBuilder): void {
  const refuse = (
    code: string,
    requirement: string,
    cases: Record<string, string | Uint8Array>,
    flags: string[] = [],
  ): void => {
    for (const [comment, octets] of Object.entries(cases)) {
      group.invalid({ comment, flags, requirements: [requirement], input: { octets: hex(octets) } }, code);
    }
  };
  const octets = (...parts: (string | number[])[]): Buffer =>
    Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  refuse(
    'MDT_DOCUMENT_TOO_LARGE',
    'MDT-DOC-101',
    { '16,385 octets': sized(16_385), '16,385 octets, the last of them white space': `${sized(16_384)} ` },
    ['Boundary'],
  );
  refuse('MDT_BOM', 'MDT-DOC-102', { 'UTF-8 byte order mark': octets([0xef, 0xbb, 0xbf], '{}') }, ['Hidden']);
  refuse('MDT_NOT_UTF8', 'MDT-DOC-103', {
    'an octet that is not UTF-8': octets('{"a":"', [0xff], '"}'),
    'a continuation octet alone': octets('{"a":"', [0x80], '"}'),
    'an overlong form of /': octets('{"a":"', [0xc0, 0xaf], '"}'),
    'a surrogate encoded as UTF-8': octets('{"a":"', [0xed, 0xa0, 0x80], '"}'),
    'a code point above U+10FFFF': octets('{"a":"', [0xf4, 0x90, 0x80, 0x80], '"}'),
    'a sequence cut off': octets('{"a":"', [0xe2, 0x82], '"}'),
    'UTF-16': octets([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
  });
  refuse('MDT_NOT_JSON', 'MDT-DOC-104', {
    nothing: '',
    'white space only': ' \n',
    'a string': '"a"',
    'a number': '1',
    null: 'null',
    'an array': '[]',
    'two objects': '{}{}',
    'text after the object': '{} x',
    'cut off': '{"a":1',
    'a comma before the end': '{"a":1,}',
    'a comma too many in an array': '{"a":[1,,2]}',
    'single quotes': "{'a':1}",
    'a name without quotes': '{a:1}',
    'a comment': '{"a":1/* */}',
    NaN: '{"a":NaN}',
    'a leading plus': '{"a":+1}',
    'a leading zero': '{"a":01}',
    'a hexadecimal number': '{"a":0x10}',
    'a minus alone': '{"a":-}',
    'a control character in a string': '{"a":"\u0001"}',
    'a line feed in a string': '{"a":"\n"}',
    'an unknown escape': '{"a":"\\x41"}',
    'a \\u escape cut off': '{"a":"\\u004"}',
    'a no-break space between tokens': '{\u00a0"a":1}',
    'a literal in capitals': '{"a":True}',
  });
  refuse(
    'MDT_DUPLICATE_MEMBER',
    'MDT-DOC-105',
    {
      'twice the same': '{"a":1,"a":1}',
      'different values': '{"a":1,"b":2,"a":3}',
      'once written as an escape': '{"a":1,"\\u0061":2}',
      'deep inside': '{"a":[{"b":{"c":1,"c":2}}]}',
      'the empty name': '{"":1,"":2}',
      'a name outside the BMP, once as escapes': '{"😂":1,"\\ud83d\\ude02":2}',
      '__proto__ twice': '{"__proto__":1,"__proto__":2}',
    },
    ['Hidden'],
  );
  refuse(
    'MDT_LONE_SURROGATE',
    'MDT-DOC-106',
    {
      'high, in a string': '{"a":"\\ud800"}',
      'low, in a string': '{"a":"\\udc00"}',
      'a pair the wrong way round': '{"a":"\\ude02\\ud83d"}',
      'high before another character': '{"a":"\\ud83dx"}',
      'in a name': '{"\\udfff":1}',
      'in an array': '{"a":["b","\\ud800"]}',
    },
    ['Hidden'],
  );
  refuse(
    'MDT_NUMBER_LITERAL',
    'MDT-DOC-107',
    {
      '1.0': '{"a":1.0}',
      '0.5': '{"a":0.5}',
      '1e3': '{"a":1e3}',
      '1E+3': '{"a":1E+3}',
      '10e-1': '{"a":10e-1}',
      '-0': '{"a":-0}',
      '-0.0': '{"a":-0.0}',
      '0e0, in an array': '{"a":[1,0e0]}',
      '1e400, which overflows': '{"a":1e400}',
    },
    ['Hidden'],
  );
  refuse(
    'MDT_NUMBER_RANGE',
    'MDT-DOC-108',
    {
      '2^53': '{"a":9007199254740992}',
      '2^53 + 1, which a double rounds': '{"a":9007199254740993}',
      '−2^53': '{"a":-9007199254740992}',
      '10^400': `{"a":1${'0'.repeat(400)}}`,
    },
    ['Boundary'],
  );
  refuse(
    'MDT_NESTING',
    'MDT-DOC-109',
    {
      '33 levels of objects': nested(33),
      '33 levels, the last an array': nested(32).replace('{}', '{"a":[]}'),
      '5,000 levels of arrays': `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
    },
    ['Boundary'],
  );
}
