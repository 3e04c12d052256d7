import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { RunEvent } from '../../reference/gen/schemas.ts';
import { renderHtml } from './html.ts';
import type { TargetLine } from './html-output.ts';
import { linesAround } from './html-requirement.ts';
import { failingRun, hostileRun, LEDGER, sampleRun } from './sample-run.ts';
import { summarise } from './summarise.ts';

const page = (events: readonly RunEvent[]): string =>
  renderHtml({ report: summarise(events, LEDGER), events, chapters: LEDGER.chapters });
/** Every tag of the page but for what stands in its own script and style sheet. */
const tags = (text: string): string[] =>
  text.replace(/<(script|style)>[^]*?<\/\1>/g, '<$1></$1>').match(/<[a-z!/][^>]*>/gi) ?? [];

describe('the HTML report', () => {
  it('allows by its policy its own script and style sheet, by their hashes, and nothing else', () => {
    const text = page(sampleRun());
    const policy =
      /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(text)?.[1]?.replaceAll('&#39;', "'") ?? '';
    const directives = new Map(
      policy.split('; ').map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1)]),
    );
    const hashOf = (tag: string): string => {
      const inside = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(text)?.[1] ?? '';
      return `'sha256-${createHash('sha256').update(inside).digest('base64')}'`;
    };
    assert.deepEqual(directives.get('default-src'), ["'none'"]);
    assert.deepEqual(directives.get('script-src'), [hashOf('script')]);
    assert.deepEqual(directives.get('style-src'), [hashOf('style')]);
    assert.deepEqual(directives.get('base-uri'), ["'none'"]);
  });

  it('refers to nothing outside itself', () => {
    const own = tags(page(hostileRun()));
    for (const tag of own) {
      assert.doesNotMatch(tag, /\s(src|srcset|data|action|poster)=/i);
      const link = /\shref="([^"]*)"/.exec(tag)?.[1];
      assert.ok(link === undefined || link.startsWith('#'), tag);
    }
    assert.doesNotMatch(page(sampleRun()), /@import|url\(/);
  });

  it('turns nothing that a target says into markup', function () {
    this.timeout(20_000); // a page with everything hostile in it is large
    const hostile = tags(page(hostileRun()));
    assert.equal(hostile.filter((tag) => /^<script/i.test(tag)).length, 1);
    assert.equal(hostile.filter((tag) => /^<img/i.test(tag)).length, 0);
    for (const tag of hostile) assert.doesNotMatch(tag, /\son\w+=/i, tag);
    const kinds = (all: string[]): Set<string> => new Set(all.map((tag) => /^<\/?[a-z!]+/i.exec(tag)?.[0] ?? ''));
    assert.deepEqual(
      [...kinds(hostile)].filter((kind) => !kinds(tags(page(failingRun()))).has(kind)),
      [],
    );
  });

  it('opens and closes every element', () => {
    const open: string[] = [];
    for (const tag of tags(page(hostileRun()))) {
      const name = /^<\/?([a-z0-9]+)/i.exec(tag)?.[1] ?? '';
      if (tag.startsWith('<!') || tag.endsWith('/>') || ['meta', 'input'].includes(name)) continue;
      if (tag.startsWith('</')) assert.equal(open.pop(), name, tag);
      else open.push(name);
    }
    assert.deepEqual(open, []);
  });

  it('gives every requirement and check an anchor of its own', () => {
    const events = failingRun();
    const text = page(events);
    const { requirements, checks } = summarise(events, LEDGER);
    const ids = [...text.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const { id } of [...requirements, ...checks]) assert.ok(ids.includes(id), id);
  });

  it('opens the output of a target that did not start, and of no other', () => {
    const open = /<details class="scene" id="output-birth"\s+open\s*>/;
    assert.ok(open.test(page(sampleRun({ end: { exit: 3, verdict: 'no verdict' } }))));
    assert.ok(!open.test(page(failingRun())));
  });

  it('stays small when a target floods it', () => {
    const lines = Array.from({ length: 2_000 }, () => 'z'.repeat(4_000));
    const size = page(sampleRun({ lines })).length;
    assert.ok(size < 1_500_000, `${String(size)} characters for 8 MB of output`);
    assert.match(page(sampleRun({ lines })), /1600 lines are in events\.jsonl/);
  });

  it('shows what was expected, what came, the evidence, the output of the target and how to run it again', () => {
    const text = page(failingRun());
    const article = /<article class="check" id="MDT-ANC-003\/sample"[^]*?<\/article>/.exec(text)?.[0] ?? '';
    for (const part of [
      'the marker differs',
      '4d696c6167726f20442d5441',
      '444f4350524f4f46',
      '/marker',
      'OP_RETURN script',
      '6a2c444f4350524f4f46',
      'listening',
      'milagro-trust certify --only MDT-ANC-003/marker',
    ]) {
      assert.ok(article.includes(part), part);
    }
  });
});

describe('the lines around a moment', () => {
  const line = (seq: number): TargetLine => ({
    seq,
    at: seq,
    type: 'target_line',
    scene: 's',
    stream: 'stdout',
    text: '',
  });
  const lines = Array.from({ length: 100 }, (_, index) => line(2 * index));

  it('are those before it and the first after it', () => {
    const seqs = linesAround(lines, 101).map(({ seq }) => seq);
    assert.deepEqual([seqs[0], seqs.at(-1), seqs.length], [42, 120, 40]);
  });

  it('are the first where it is early, the last where it is late, and the last where there is none', () => {
    assert.deepEqual([linesAround(lines, 1)[0]?.seq, linesAround(lines, 1).length], [0, 11]);
    for (const moment of [500, -1]) assert.deepEqual(linesAround(lines, moment), lines.slice(-30));
    assert.deepEqual(linesAround([], 5), []);
  });
});

describe('a transaction beside a failure', () => {
  it('is shown decoded, with the fields of its payload, and everything in it escaped', () => {
    const events = failingRun();
    const check = events.find((event) => event.type === 'check_finished' && event.check.outcome === 'fail');
    assert.ok(check?.type === 'check_finished');
    const seq = events.length;
    events.push({
      ...{ seq, at: 900, type: 'transaction', scene: 'birth', txid: '11'.repeat(32), hex: '0200', locktime: 0 },
      inputs: [{ outpoint: `${'22'.repeat(32)}:1`, sequence: 0xfffffffd, script: '', witness: ['3044', '02aa'] }],
      outputs: [{ sat: 1_000_001, type: 'witness_v0_keyhash', script: '0014bb', address: 'bcrt1q<b>' }],
      payload: { kind: 'BIRTH', host_hint: '<script>' },
    });
    check.check.trace = [...(check.check.trace ?? []), seq];
    const text = page(events);
    for (const part of [
      `Transaction ${'11'.repeat(32)}: BIRTH`,
      `input 0  ${'22'.repeat(32)}:1, sequence fffffffd`,
      'witness  02aa',
      'output 0  1000001 sat, witness_v0_keyhash, bcrt1q&lt;b&gt;',
      'payload host_hint  &lt;script&gt;',
      'unconfirmed, 0.90 s, scene birth',
    ])
      assert.equal(text.split(part).length, 2, part);
  });
});
