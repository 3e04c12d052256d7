import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { SecretScanner } from './secret-scanner.ts';

function find(patterns: readonly string[], text: string): string[] {
  const scanner = new SecretScanner(patterns.map((meaning) => ({ octets: Buffer.from(meaning), meaning })));
  return [...scanner.find(Buffer.from(text))].sort();
}

describe('SecretScanner', () => {
  it('finds what a search for each by itself finds, of few letters too, where much looks alike', () => {
    const word = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
      fc.string({ unit: fc.constantFrom('a', 'b'), minLength, maxLength });
    fc.assert(
      fc.property(fc.uniqueArray(word(1, 14), { maxLength: 20 }), word(0, 300), (patterns, text) => {
        assert.deepEqual(find(patterns, text), patterns.filter((pattern) => text.includes(pattern)).sort());
      }),
    );
  });

  it('finds a pattern at the beginning, at the end, and as the whole of a text', () => {
    for (const text of ['secret-of-mine…', '…secret-of-mine', 'secret-of-mine'])
      assert.deepEqual(find(['secret-of-mine', 'another-secret'], text), ['secret-of-mine']);
    assert.deepEqual(find(['secret-of-mine'], 'secret-of-min'), []);
  });

  it('finds patterns longer than it can jump', () => {
    const long = 'x'.repeat(400) + 'y';
    assert.deepEqual(find([long], `${'x'.repeat(1_000)}y`), [long]);
    assert.deepEqual(find([long], 'x'.repeat(1_000)), []);
  });

  it('finds nothing where there is nothing to look for', () => assert.deepEqual(find(['', ''], 'anything'), []));

  it('looks at 16 MiB in well under a second', () => {
    const text = Buffer.alloc(16 * 1024 * 1024, '0123456789abcdef');
    const scanner = new SecretScanner(
      Array.from({ length: 100 }, (_, index) => ({
        octets: Buffer.from(String(index).padStart(32, 'z')),
        meaning: index,
      })),
    );
    const began = performance.now();
    assert.equal(scanner.find(text).size, 0);
    assert.ok(performance.now() - began < 1_000);
  });
});
