import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { LineSplitter } from './lines.ts';

function split(chunks: readonly (string | Uint8Array)[], maxOctets?: number): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line), maxOctets);
  for (const chunk of chunks) splitter.push(Buffer.from(chunk as string));
  splitter.end();
  return lines;
}

describe('LineSplitter', () => {
  it('gives the same lines however the octets are cut, characters of several octets included', () => {
    const lines = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }).filter((line) => !line.includes('\n')));
    fc.assert(
      fc.property(lines, fc.array(fc.nat(500)), (expected, cuts) => {
        const octets = Buffer.from(expected.map((line) => `${line}\n`).join(''));
        const places = [...new Set([0, ...cuts.filter((cut) => cut < octets.length), octets.length])].sort(
          (a, b) => a - b,
        );
        const chunks = places.slice(1).map((to, index) => octets.subarray(places[index], to));
        assert.deepEqual(
          split(chunks),
          expected.map((line) => Buffer.from(line).toString()),
        );
      }),
    );
  });

  it('gives a last line without line feed, and no empty ones', () => {
    assert.deepEqual(split(['a\n\n\nb']), ['a', 'b']);
    assert.deepEqual(split(['a\n']), ['a']);
    assert.deepEqual(split([]), []);
  });

  it('cuts a line at its cap, says so, and goes on with the next', () => {
    assert.deepEqual(split(['abcde', 'fgh\nij\n'], 4), ['abcd …[line cut]', 'ij']);
    assert.deepEqual(split(['abcd\n', 'abcde'], 4), ['abcd', 'abcd …[line cut]']);
  });

  it('keeps no more of a line without end than its cap', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line), 1_000);
    const before = process.memoryUsage().arrayBuffers;
    for (let index = 0; index < 500; index++) splitter.push(Buffer.alloc(100_000, 'x'));
    assert.ok(process.memoryUsage().arrayBuffers - before < 60_000_000);
    splitter.end();
    assert.equal(lines[0]?.length, 1_000 + ' …[line cut]'.length);
  });

  it('puts U+FFFD where the octets are no UTF-8', () => {
    assert.deepEqual(split([Uint8Array.of(0x61, 0xff, 0xc3, 0x0a, 0xa4, 0x62)]), ['a\ufffd\ufffd', '\ufffdb']);
  });
});
