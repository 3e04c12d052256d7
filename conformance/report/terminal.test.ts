import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { RunEvent } from '../../reference/gen/schemas.ts';
import { failingRun, hostileRun, LEDGER, sampleRun } from './sample-run.ts';
import { summarise } from './summarise.ts';
import { TerminalReport, type TerminalOptions } from './terminal.ts';

const ESCAPE = '\u001b';

function written(
  events: readonly RunEvent[],
  { isTTY = false, ...options }: { isTTY?: boolean } & Partial<TerminalOptions> = {},
): string {
  let text = '';
  const stream = { isTTY, columns: 100, write: (part: string): number => (text += part).length };
  const terminal = new TerminalReport({ stream, chapters: LEDGER.chapters, ...options });
  for (const event of events) terminal.onEvent(event);
  terminal.finish(summarise(events, LEDGER), '/somewhere/out/report.html');
  return text;
}

describe('the report on a terminal', () => {
  it('shows what failed with its sentence, place, expectation, finding and rerun, then the verdict and where the report is', () => {
    const text = written(failingRun());
    const at = (part: string | RegExp): number => {
      const place = typeof part === 'string' ? text.indexOf(part) : text.search(part);
      assert.ok(place >= 0, `${String(part)} in\n${text}`);
      return place;
    };
    const order = [
      'sample D-TA 1.2.3 (dta, identity)',
      'bitcoind /Satoshi:29.0.0/ by process',
      /✓ 1\. Documents {2}\d+ passed\n/,
      /✗ 2\. Anchors and lineage {2}\d+ passed, 1 failed\n/,
      '✗ MDT-ANC-003  fail  spec/02-anchors-and-lineage.md',
      '  The payload MUST begin with the marker',
      'the marker differs',
      'expected  4d696c6167726f20442d5441',
      'got       444f4350524f4f46',
      'field     /marker',
      'rerun     milagro-trust certify --only MDT-ANC-003/marker --seed sample target.yaml',
      /NOT CERTIFIED {2}\d+ requirements: \d+ passed, 1 failed; \d+ checks in 9\.0 s\n/,
      '/somewhere/out/report.html',
    ].map(at);
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
  });

  it('says nothing of what passed but its count', () => {
    const text = written(sampleRun());
    assert.doesNotMatch(text, /MDT-/);
    assert.match(text, /\nCERTIFIED {2}(\d+) requirements: \1 passed; \1 checks in 9\.0 s\n/);
  });

  it('writes plain lines where there is no terminal', () => {
    for (const events of [sampleRun(), failingRun()]) assert.ok(!/[\u001b\r]/.test(written(events)));
  });

  it('rewrites one line in place on a terminal, and leaves none of it behind', () => {
    const text = written(failingRun(), { isTTY: true });
    assert.match(text, /\r\u001b\[2K/);
    const screen = text.split('\n').map((line) => line.slice(line.lastIndexOf('\r') + 1));
    assert.ok(!screen.some((line) => /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/.test(line)));
  });

  it('colours on a terminal, but not where NO_COLOR is set', () => {
    const before = process.env['NO_COLOR'];
    delete process.env['NO_COLOR'];
    try {
      assert.ok(written(failingRun(), { isTTY: true }).includes(`${ESCAPE}[31m`));
      process.env['NO_COLOR'] = '1';
      assert.ok(!/\u001b\[\d+m/.test(written(failingRun(), { isTTY: true })));
    } finally {
      if (before === undefined) delete process.env['NO_COLOR'];
      else process.env['NO_COLOR'] = before;
    }
  });

  it('lets no control character of a target through, and cuts a megabyte short', () => {
    const text = written(hostileRun());
    assert.ok(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/.test(text));
    assert.ok(text.includes(String.raw`\x1b[2J`));
    assert.ok(text.length < 50_000, String(text.length));
  });

  it('does not list what was not run', () => {
    const failed = { requirement: 'MDT-DOC-005', outcome: 'fail' as const, message: 'it differs' };
    const events = sampleRun({ narrowed: true, checks: [failed] });
    const [started] = events;
    assert.ok(started?.type === 'run_started');
    started.selected.push('MDT-DOC-006/not-run');
    const text = written(events);
    assert.match(text, /MDT-DOC-005 {2}fail/);
    assert.match(text, /1 untestable/);
    assert.doesNotMatch(text, /MDT-DOC-006/);
  });

  it('gathers what could not be tested for one reason, and puts it before what failed', () => {
    const untestable = ['MDT-DOC-001', 'MDT-DOC-002', 'MDT-DOC-003'].map((requirement) => ({
      requirement,
      outcome: 'untestable' as const,
      message: 'no BIRTH was anchored',
    }));
    const alone = { requirement: 'MDT-DOC-004', outcome: 'untestable' as const, message: 'no node' };
    const failed = { requirement: 'MDT-ANC-003', outcome: 'fail' as const, message: 'the marker differs' };
    const text = written(sampleRun({ checks: [...untestable, alone, failed] }));
    assert.match(text, /\n\? MDT-DOC-004 {2}untestable: no node\n/);
    assert.match(
      text,
      /\n\? 3 requirements {2}untestable: no BIRTH was anchored\n {2}MDT-DOC-001 MDT-DOC-002 MDT-DOC-003\n/,
    );
    assert.ok(text.indexOf('✗ MDT-ANC-003') > text.indexOf('? 3 requirements'));
    assert.match(
      written(sampleRun({ checks: [alone] })),
      /\? MDT-DOC-004 {2}untestable {2}spec\/01-documents\.md\n {2}\S/,
    );
  });

  it('shows the last words of a target that did not start, and of no other', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `word ${String(index)}`);
    const text = written(
      sampleRun({ lines, end: { exit: 3, verdict: 'no verdict', reason: 'the target did not start' } }),
    );
    assert.match(text, /last output of the target\n {2}stdout: word 12\n(?: {2}stdout: word 1\d\n){7}\nNO VERDICT/);
    assert.doesNotMatch(written(sampleRun({ lines })), /word/);
  });

  it('gives the reason of a run that could not begin', () => {
    const reason = 'no way to a bitcoind is open:\n  process: no bitcoind\n    → install Bitcoin Core';
    const text = written(sampleRun({ chain: 'none', end: { exit: 3, verdict: 'no verdict', reason } }));
    assert.match(
      text,
      /\nNO VERDICT {2}.*\n {2}no way to a bitcoind is open:\n {4}process: no bitcoind\n {6}→ install Bitcoin Core\n/,
    );
  });

  it('says which of the IDs that it was asked for are those of earlier revisions', () => {
    const [started, ...rest] = sampleRun();
    assert.equal(started?.type, 'run_started');
    const renamed = [{ was: 'MDT-ANC-999', is: 'MDT-ANC-003' }];
    const text = written([{ ...started, renamed }, ...rest]);
    assert.match(text, /\(dta, identity\).*\n(?:.*\n)?MDT-ANC-999 is MDT-ANC-003 in this revision\nbitcoind/);
  });

  it('tells what takes long', () => {
    let text = '';
    const terminal = new TerminalReport({
      stream: { write: (part: string): number => (text += part).length },
      chapters: new Map(),
    });
    terminal.note('fetching a package');
    assert.equal(text, 'fetching a package\n');
  });
});
