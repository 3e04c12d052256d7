import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuses } from '../core/expect-error.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { MdtError } from '../core/errors.ts';
import { DocumentSeries, type Following, type SeriesKeeper } from './document-series.ts';
import { NOTHING, type Extent } from './extent.ts';

interface Note extends Following {
  readonly text: string;
}

const ENTITY = 'ab'.repeat(32);

const SIGNATURE = '00'.repeat(64);

/** Remembers how far a series is, as a state does; its disk can be full. */
class Memory implements SeriesKeeper<Note> {
  extent: Extent = NOTHING;
  isFull = false;
  readonly verified: number[] = [];

  readonly keep = (extent: Extent): void => {
    if (this.isFull) throw new MdtError('MDT_STATE', 'no space', { field: '/data_dir' });
    this.extent = extent;
  };

  readonly verify = ({ document, signature }: { document: Note; signature: string }): void => {
    this.verified.push(document.seq);
    if (signature !== SIGNATURE) throw new MdtError('MDT_SIGNATURE', 'not signed', { field: '/signature' });
  };
}

function open(path: string, keeper = new Memory()): DocumentSeries<Note> {
  return DocumentSeries.open(path, keeper);
}

function grow(series: DocumentSeries<Note>, to: number): DocumentSeries<Note> {
  for (let seq = series.length; seq < to; seq += 1) {
    const previous = series.newest?.sha256 ?? ENTITY;
    series.append({ seq, previous, entity_id: ENTITY, text: `note ${seq} ${'ü'.repeat(seq)}` }, SIGNATURE);
  }
  return series;
}

function grown(path: string, count: number, keeper?: Memory): DocumentSeries<Note> {
  return grow(open(path, keeper), count);
}

function flipped(octets: Buffer): Buffer {
  octets.writeUInt8(octets.readUInt8(octets.length - 1) ^ 1, octets.length - 1);
  return octets;
}

describe('a series of documents', () => {
  it('has each by its number, now and after it was opened again', async () => {
    const path = join(temporaryFolder(), 'notes');
    const before = grown(path, 40);
    const series = open(path);
    assert.equal(series.length, 40);
    for (const seq of [0, 17, 39]) assert.deepEqual(series.at(seq), before.at(seq));
    assert.deepEqual(series.newest, before.newest);
    for (const seq of [-1, 40, 0.5]) await refuses(() => series.at(seq), 'MDT_NOT_FOUND');
    before.close();
    series.close();
  });

  it('cuts off a line without an end: nobody was shown it', () => {
    const path = join(temporaryFolder(), 'notes');
    grown(path, 3).close();
    const { size } = statSync(path);
    appendFileSync(path, '{"document":{"seq":3');
    const series = open(path);
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
      const series = open(path);
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
      await refuses(() => open(path), 'MDT_STATE', `/data_dir/notes/${seq}`);
    }
  });

  it('refuses a line of JSON that is no document, with its number', async () => {
    const path = join(temporaryFolder(), 'notes');
    grown(path, 3).close();
    const lines = readFileSync(path, 'utf8').split('\n');
    for (const line of ['null', '5', 'true', '"text"', '[]', '{}', '{"document":5}', '{"document":null}'])
      for (const found of [lines.with(1, line), lines.toSpliced(1, 3, line)]) {
        writeFileSync(path, found.join('\n'));
        await refuses(() => open(path), 'MDT_STATE', '/data_dir/notes/1');
      }
  });

  it('is not less than was kept, whatever is gone', async () => {
    const path = join(temporaryFolder(), 'notes');
    const keeper = new Memory();
    grown(path, 3, keeper).close();
    const lines = readFileSync(path, 'utf8').split('\n');
    for (const left of [[''], [...lines.slice(0, 1), ''], [...lines.slice(0, 2), ''], lines.slice(0, 2)]) {
      writeFileSync(path, left.join('\n'));
      const first = left.filter((line) => line !== '').length;
      await refuses(() => open(path, keeper), 'MDT_STATE', `/data_dir/notes/${first}`);
      assert.equal(readFileSync(path, 'utf8'), left.join('\n'));
    }
    rmSync(path);
    await refuses(() => open(path, keeper), 'MDT_STATE', '/data_dir/notes/0');
    assert.equal(existsSync(path), false);
  });

  it('is not another than was kept: neither a signature nor all of it', async () => {
    const path = join(temporaryFolder(), 'notes');
    const keeper = new Memory();
    grown(path, 4, keeper).close();
    const whole = readFileSync(path, 'utf8');
    for (const seq of [0, 2, 3]) {
      const lines = whole.split('\n');
      const other = lines[seq]?.replace('"signature":"00', '"signature":"11') ?? '';
      writeFileSync(path, lines.with(seq, other).join('\n'));
      await refuses(() => open(path, keeper), 'MDT_STATE', `/data_dir/notes/${seq}`);
    }
    rmSync(path);
    const fork = open(path);
    fork.append({ seq: 0, previous: ENTITY, entity_id: ENTITY, text: 'another' }, SIGNATURE);
    grow(fork, 4).close();
    await refuses(() => open(path, keeper), 'MDT_STATE', '/data_dir/notes/3');
  });

  it('may be ahead of what was kept, by what is signed, and that is kept then', async () => {
    const path = join(temporaryFolder(), 'notes');
    const keeper = new Memory();
    grown(path, 2, keeper).close();
    const { extent } = keeper;
    grow(open(path, keeper), 4).close();
    const full = keeper.extent;
    const lines = readFileSync(path, 'utf8').split('\n');
    const late = Object.assign(new Memory(), { extent });
    open(path, late).close();
    assert.deepEqual([late.extent, late.verified], [full, [2, 3]]);
    open(path, late).close();
    assert.deepEqual(late.verified, [2, 3]);
    const forged = lines.with(3, lines[3]?.replace('"signature":"00', '"signature":"11') ?? '');
    writeFileSync(path, forged.join('\n'));
    const behind = Object.assign(new Memory(), { extent });
    await refuses(() => open(path, behind), 'MDT_STATE', '/data_dir/notes/3');
    assert.deepEqual(behind.extent, extent);
  });

  it('shows nobody what is not kept yet, and goes on from it later', async () => {
    const path = join(temporaryFolder(), 'notes');
    const keeper = new Memory();
    const series = grown(path, 2, keeper);
    keeper.isFull = true;
    await refuses(() => grow(series, 3), 'MDT_STATE');
    await refuses(() => grow(series, 3), 'MDT_STATE');
    assert.deepEqual([series.length, series.newest?.document.seq], [2, 1]);
    await refuses(() => series.at(2), 'MDT_NOT_FOUND');
    keeper.isFull = false;
    await refuses(() => grow(series, 3), 'MDT_STATE'); // it is there already
    grow(series, 4).close();
    const again = open(path, keeper);
    assert.deepEqual([again.length, keeper.extent.length, keeper.verified], [4, 4, []]);
    again.close();
  });
});
