import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { canonicalOctets, documentDigest } from './canonical.ts';
import { refuses } from './expect-error.ts';
import { parseJson } from './json-parser.ts';

const value = fc.jsonValue({ noUnicodeString: false, maxDepth: 4 }).map((json) => roundNumbers(json));

function roundNumbers(json: unknown): unknown {
  if (typeof json === 'number') return Number.isSafeInteger(Math.trunc(json)) ? Math.trunc(json) + 0 || 0 : 0;
  if (typeof json === 'string') return json.toWellFormed();
  if (Array.isArray(json)) return json.map(roundNumbers);
  if (json === null || typeof json !== 'object') return json;
  return Object.fromEntries(Object.entries(json).map(([name, member]) => [name.toWellFormed(), roundNumbers(member)]));
}

describe('canonicalOctets', () => {
  it('is read back as the same value, and is its own canonical form', () => {
    fc.assert(
      fc.property(value, (json) => {
        const octets = canonicalOctets(json);
        const again = parseJson(Buffer.from(octets).toString('utf8'));
        assert.deepEqual(JSON.parse(JSON.stringify(again)), JSON.parse(JSON.stringify(json)));
        assert.deepEqual(canonicalOctets(again), octets);
      }),
    );
  });

  it('does not depend on the order in which members were added', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string(),
          fc.maxSafeInteger().map((n) => n || 0),
        ),
        (object) => {
          const names = Object.keys(object);
          const reversed = Object.fromEntries(names.reverse().map((name) => [name, object[name]]));
          assert.deepEqual(canonicalOctets(reversed), canonicalOctets(object));
        },
      ),
    );
  });

  it('orders names by UTF-16 code units (RFC 8785, 3.2.3)', () => {
    const text = Buffer.from(canonicalOctets({ '\ufb33': 1, '😀': 2, '€': 3, '\r': 4, '1': 5, ö: 6 })).toString('utf8');
    assert.equal(text, '{"\\r":4,"1":5,"ö":6,"€":3,"😀":2,"\ufb33":1}');
  });

  it('refuses values that JSON does not have, at their place', async () => {
    await refuses(() => canonicalOctets({ a: undefined }), 'MDT_NOT_JSON', '/a');
    await refuses(() => canonicalOctets({ a: new Date(0) }), 'MDT_NOT_JSON', '/a');
    await refuses(() => canonicalOctets([1, , 2]), 'MDT_NOT_JSON', '/1'); // eslint-disable-line no-sparse-arrays
    await refuses(() => canonicalOctets({ a: { toJSON: () => 1 } }), 'MDT_NOT_JSON', '/a');
    await refuses(() => canonicalOctets([Number.NaN]), 'MDT_NOT_JSON', '/0');
    await refuses(() => canonicalOctets([1n]), 'MDT_NOT_JSON', '/0');
    await refuses(() => canonicalOctets(undefined), 'MDT_NOT_JSON', '');
  });

  it('refuses numbers and strings that a document cannot hold', async () => {
    await refuses(() => canonicalOctets({ 'a/b~': [0.5] }), 'MDT_NUMBER_LITERAL', '/a~1b~0/0');
    await refuses(() => canonicalOctets([-0]), 'MDT_NUMBER_LITERAL', '/0');
    await refuses(() => canonicalOctets([2 ** 53]), 'MDT_NUMBER_RANGE', '/0');
    await refuses(() => canonicalOctets(['\ud800']), 'MDT_LONE_SURROGATE', '/0');
  });

  it('refuses 33 levels and takes 32', async () => {
    const nested = (levels: number): unknown =>
      Array.from({ length: levels }).reduce((inner) => [inner ?? 0], undefined);
    assert.equal(canonicalOctets(nested(32)).length, 65);
    await refuses(() => canonicalOctets(nested(33)), 'MDT_NESTING');
  });
});

describe('documentDigest', () => {
  it('is the SHA-256 of the canonical octets (MDT-DOC-010)', () => {
    const expected = createHash('sha256').update('{"a":[1,2],"b":"€"}').digest('hex');
    assert.equal(Buffer.from(documentDigest({ b: '€', a: [1, 2] })).toString('hex'), expected);
  });
});
