import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { ErrorCode } from './errors.ts';
import { refuses } from './expect-error.ts';
import { parseJson } from './json-parser.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const isPlainNumber = (value: unknown): boolean =>
  typeof value !== 'number' || (Number.isSafeInteger(value) && !Object.is(value, -0) && !/[e.]/.test(String(value)));

describe('parseJson', () => {
  it('reads what JSON.parse reads, for every value whose numbers are plain integers', () => {
    const leaf = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.maxSafeInteger().map((n) => n + 0 || 0),
      fc.boolean(),
      fc.constant(null),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('tree')), fc.dictionary(fc.string(), tie('tree'))),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        fc.pre(isPlainNumber(value));
        for (const indent of [0, 2])
          assert.deepEqual(plain(parseJson(JSON.stringify(value, null, indent))), plain(value));
      }),
      { numRuns: 300 },
    );
  });

  it('never throws anything but a coded error, whatever the text', () => {
    const noise = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[[\]{}",:0-9eE.+\-\\utrfalsn ]{0,40}$/));
    fc.assert(
      fc.property(noise, (text) => {
        let strict: unknown;
        try {
          strict = parseJson(text);
        } catch (error) {
          assert.equal((error as Error).name, 'MdtError');
          return;
        }
        assert.deepEqual(plain(strict), JSON.parse(text)); // what we take, JSON.parse takes with the same value
      }),
      { numRuns: 1_000 },
    );
  });

  const refused: readonly (readonly [what: string, text: string, code: ErrorCode, field: string])[] = [
    ['two members of one name', '{"a":1,"a":2}', 'MDT_DUPLICATE_MEMBER', '/a'],
    ['two members of one name once escapes are resolved', '{"a":1,"\\u0061":2}', 'MDT_DUPLICATE_MEMBER', '/a'],
    ['a duplicate __proto__', '{"__proto__":1,"__proto__":2}', 'MDT_DUPLICATE_MEMBER', '/__proto__'],
    ['a lone high surrogate', '{"a":["\\ud800"]}', 'MDT_LONE_SURROGATE', '/a/0'],
    ['a lone surrogate in a name', '{"\\udc00":1}', 'MDT_LONE_SURROGATE', ''],
    ['a fraction', '{"a":{"b":1.0}}', 'MDT_NUMBER_LITERAL', '/a/b'],
    ['an exponent', '[1e3]', 'MDT_NUMBER_LITERAL', '/0'],
    ['a negative zero', '[-0]', 'MDT_NUMBER_LITERAL', '/0'],
    ['2^53', '[9007199254740992]', 'MDT_NUMBER_RANGE', '/0'],
    ['−2^53', '[-9007199254740992]', 'MDT_NUMBER_RANGE', '/0'],
    ['33 levels', '['.repeat(33) + ']'.repeat(33), 'MDT_NESTING', '/0'.repeat(32)],
    ['a leading zero', '[01]', 'MDT_NOT_JSON', ''],
    ['a second value', '{} {}', 'MDT_NOT_JSON', ''],
    ['a comma at the end', '[1,]', 'MDT_NOT_JSON', '/1'],
    ['a control character in a string', '["\n"]', 'MDT_NOT_JSON', '/0'],
    ['nothing', '', 'MDT_NOT_JSON', ''],
  ];
  for (const [what, text, code, field] of refused) {
    it(`refuses ${what} with ${code}`, async () => refuses(() => parseJson(text), code, field));
  }

  it('reads 32 levels, ±(2^53 − 1) and a surrogate pair', () => {
    assert.equal(JSON.stringify(parseJson('['.repeat(32) + ']'.repeat(32))), '['.repeat(32) + ']'.repeat(32));
    assert.deepEqual(parseJson('[9007199254740991,-9007199254740991]'), [
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
    ]);
    assert.deepEqual(parseJson('["\\ud83d\\ude00"]'), ['😀']);
  });

  it('keeps a member named __proto__ as a member', () => {
    const value = parseJson('{"__proto__":{"x":1}}') as Record<string, unknown>;
    assert.deepEqual(Object.keys(value), ['__proto__']);
    assert.equal(({} as Record<string, unknown>)['x'], undefined);
  });
});
