import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { KeptLines } from './target-process-lines.ts';

describe('what is kept of the lines of a target', () => {
  const waiting = (code: string): string => JSON.stringify({ event: 'waiting', code });

  function kept(lines: readonly string[]): KeptLines {
    const made = new KeptLines();
    for (const [at, line] of lines.entries()) made.add(line, line, at);
    return made;
  }

  const codesOf = ({ lines }: KeptLines): string[] => lines.flatMap(({ line }) => ('code' in line ? [line.code] : []));

  it('is all of them up to 500 of a kind, and then the first and the newest', () => {
    const of = (count: number): KeptLines => kept(Array.from({ length: count }, () => waiting('MDT_UNFUNDED')));
    assert.deepEqual([of(500).lines.length, [...of(500).dropped]], [500, []]);
    const { lines, dropped, count } = of(700);
    assert.deepEqual([lines.length, count, [...dropped]], [500, 700, [['waiting MDT_UNFUNDED', 200]]]);
    assert.deepEqual([lines[249]?.at, lines[250]?.at], [249, 450]);
  });

  it('hides nothing that it waited for once, in the midst of waiting for something else', () => {
    const long = Array.from({ length: 1_000 }, () => waiting('MDT_UNFUNDED'));
    const made = kept([...long, waiting('MDT_ENTROPY'), ...long]);
    assert.deepEqual(codesOf(made).indexOf('MDT_ENTROPY'), 250);
    assert.equal(codesOf(made).length, 501);
  });

  it('has an end, though every line waits for something else', () => {
    const made = kept(Array.from({ length: 5_000 }, (_, index) => waiting(`MDT_NO_${String(index)}`)));
    assert.ok(made.lines.length < 520, String(made.lines.length));
    assert.equal(made.lines.length + (made.dropped.get('waiting') ?? 0), 5_000);
  });
});
