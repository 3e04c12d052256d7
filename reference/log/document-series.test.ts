import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuses } from '../core/expect-error.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { DocumentSeries, type Following } from './document-series.ts';

interface Note extends Following {
  readonly text: string;
}

const ENTITY = 'ab'.repeat(32);

function grown(path: string, count: number): DocumentSeries<Note> {
  const series = DocumentSeries.open<Note>(path);
  for (let seq = 0; seq < count; seq += 1) {
    const previous = series.newest?.sha256 ?? ENTITY;
    series.append({ seq, previous, entity_id: ENTITY, text: `note ${seq} ${'ü'.repeat(seq)}` }, '00'.repeat(64));
  }
  return series;
}

function flipped(octets: Buffer): Buffer {
  octets.writeUInt8(octets.readUInt8(octets.length - 1) ^ 1, octets.length - 1);
  return octets;
}

describe('a series of documents', () => {
  it('has each by its number, now and after it was opened again', async () => {
    const path = join(temporaryFolder(), 'notes');
    const before = grown(path, 40);
    const visited: number[] = [];
    const series = DocumentSeries.open<Note>(path, ({ document }) => visited.push(document.seq));
    assert.equal(series.length, 40);
    for (const seq of [0, 17, 39]) assert.deepEqual(series.at(seq), before.at(seq));
    assert.deepEqual(series.newest, before.newest);
    assert.deepEqual(visited, [...Array(40).keys()]);
    for (const seq of [-1, 40, 0.5]) await refuses(() => series.at(seq), 'MDT_NOT_FOUND');
    before.close();
    series.close();
  });

  it('cuts off a line without an end: nobody was shown it', () => {
    const path = join(temporaryFolder(), 'notes');
    grown(path, 3).close();
    const { size } = statSync(path);
    appendFileSync(path, '{"document":{"seq":3');
    const series = DocumentSeries.open<Note>(path);
    assert.equal(series.length, 3);
    assert.equal(statSync(path).size, size);
    series.close();
  });

  it('keeps a last document whose line feed is gone or another octet: it may have been shown', () => {
    for (const change of [(octets: Buffer) => octets.subarray(0, -1), (octets: Buffer) => flipped(octets)]) {
      const path = join(temporaryFolder(), 'notes');
      const before = grown(path, 3);
      const whole = readFileSync(path);
      writeFileSync(path, change(Buffer.from(whole)));
      const series = DocumentSeries.open<Note>(path);
      assert.deepEqual(series.newest, before.newest);
      assert.deepEqual(series.at(2), before.at(2));
      assert.deepEqual(readFileSync(path), whole);
      before.close();
      series.close();
    }
  });

  it('refuses a document that was changed, left out or put in, with its number', async () => {
    const path = join(temporaryFolder(), 'notes');
    grown(path, 5).close();
    const lines = readFileSync(path, 'utf8').split('\n');
    const damaged: [string[], number][] = [
      [lines.map((line) => line.replace('note 2', 'note X')), 2],
      [lines.toSpliced(3, 1), 3],
      [lines.toSpliced(1, 0, lines[0] ?? ''), 1],
      [lines.toSpliced(4, 1, 'junk'), 4],
    ];
    for (const [found, seq] of damaged) {
      writeFileSync(path, found.join('\n'));
      await refuses(() => DocumentSeries.open<Note>(path), 'MDT_STATE', `/data_dir/notes/${seq}`);
    }
  });
});
