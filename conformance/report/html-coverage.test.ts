import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { RunEvent } from '../../reference/gen/schemas.ts';
import { renderHtml } from './html.ts';
import { LEDGER, sampleRun } from './sample-run.ts';
import { summarise } from './summarise.ts';

const page = (events: readonly RunEvent[]): string =>
  renderHtml({ report: summarise(events, LEDGER), events, chapters: LEDGER.chapters });
const textOf = (cell: string): string => cell.replace(/<[^>]*>/g, '').trim();
/** The cells of a row, as text. */
const cells = (row: string | undefined): string[] =>
  [...(row ?? '').matchAll(/<t[hd][^>]*>([^]*?)<\/t[hd]>/g)].map(([, cell = '']) => textOf(cell));
const rowOf = (text: string, id: string): string[] =>
  cells(new RegExp(`<tr\\s+data-covers="${id}"[^]*?</tr>`).exec(text)?.[0]);

describe('the coverage in the HTML report', () => {
  const events = sampleRun({
    checks: [
      { id: 'MDT-ANC-003/a', requirement: 'MDT-ANC-003', outcome: 'pass' },
      { id: 'MDT-ANC-003/b', requirement: 'MDT-ANC-003', outcome: 'fail' },
      { id: 'MDT-ANC-003/c', requirement: 'MDT-ANC-003', outcome: 'pass' },
    ],
  });
  const text = page(events);

  it('tells of a requirement how its checks came out in this run, and what they were tried with', () => {
    assert.deepEqual(rowOf(text, 'MDT-ANC-003'), ['MDT-ANC-003', 'MUST', '1 fail, 2 pass', '2', '5', '1', '']);
    assert.deepEqual(rowOf(text, 'MDT-ANC-004').slice(2), ['1 pass', '0', '0', '0', '']);
  });

  it('tells why a requirement has no check', () => {
    const excused = [...LEDGER.requirements.values()].find(
      ({ untestable, roles }) => untestable && roles.includes('dta'),
    );
    assert.ok(excused?.untestable);
    const all = sampleRun().filter(
      (event) => event.type !== 'check_finished' || event.check.requirement !== excused.id,
    );
    const [started] = all;
    assert.ok(started?.type === 'run_started');
    const selected = started.selected.filter((id) => !id.startsWith(`${excused.id}/`));
    const row = rowOf(page([{ ...started, selected }, ...all.slice(1)]), excused.id);
    assert.equal(row[2], '–');
    assert.ok(excused.untestable.startsWith(row.at(-1)?.slice(0, 20) ?? '?'), row.join());
  });

  it('sums up each chapter', () => {
    const totals = [...text.matchAll(/<tr\s+class="total"[^]*?<\/tr>/g)].map(([row]) => cells(row));
    assert.equal(totals.length, LEDGER.chapters.size);
    const [, checks = '', ...counts] = totals.find(([title]) => title?.startsWith('2. Anchors')) ?? [];
    assert.match(checks, /^1 fail, \d\d pass$/);
    assert.deepEqual(counts, ['2', '5', '1', '']);
  });

  it('has a row for every requirement, and is small', () => {
    const ids = [...text.matchAll(/data-covers="([^"]+)"/g)].map(([, id]) => id);
    assert.deepEqual(ids, [...LEDGER.requirements.keys()]);
    const size = (/<details\s+class="scene"\s+id="coverage"[^]*?<\/details>/.exec(text)?.[0] ?? '').length;
    assert.ok(size > 0 && size < 150_000, String(size));
  });

  it('is left out, and not linked to, where the events do not tell it', () => {
    const without = page(events.filter(({ type }) => type !== 'coverage'));
    assert.doesNotMatch(without, /id="coverage"|href="#coverage"|data-covers=/);
    assert.match(text, /href="#coverage"/);
  });
});
