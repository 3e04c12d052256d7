import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KitError } from '../kit/kit-error.ts';
import { readRun } from './recorded-run.ts';
import { failingRun } from './sample-run.ts';

const EVENTS = failingRun();
const GOOD = EVENTS.map((event) => `${JSON.stringify(event)}\n`).join('');

describe('a recorded run', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'milagro-recorded-test-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function written(text: string): string {
    const path = mkdtempSync(join(folder, 'run-'));
    writeFileSync(join(path, 'events.jsonl'), text);
    return path;
  }

  it('is read from its folder, or from its file', () => {
    const path = written(GOOD);
    for (const place of [path, join(path, 'events.jsonl')]) {
      const { events, started, finished, checks } = readRun(place, 'before');
      assert.deepEqual(events, EVENTS);
      assert.equal(started.seed, 'sample');
      assert.equal(finished?.verdict, 'not certified');
      assert.ok(checks.some(({ outcome }) => outcome === 'fail'));
    }
  });

  it('may have broken off in the middle of a line', () => {
    const run = readRun(written(GOOD.slice(0, -20)), 'before');
    assert.equal(run.finished, undefined);
    assert.equal(run.events.length, EVENTS.length - 1);
  });

  const [first = '', second = ''] = GOOD.split('\n');
  const BAD: [what: string, text: string, says: RegExp][] = [
    ['is empty', '', /does not begin with run_started/],
    ['begins later', `${second}\n`, /line 1: seq is 1, not 0|does not begin with run_started/],
    ['leaves an event out', `${first}\n${GOOD.split('\n').slice(2).join('\n')}`, /line 2: seq is 2, not 1/],
    ['is not JSON', `${first}\n{"seq":1,\n`, /line 2 is not JSON/],
    ['has an unknown event', `${first}\n{"seq":1,"at":1,"type":"party"}\n`, /line 2 is no event of a run/],
  ];
  for (const [what, text, says] of BAD) {
    it(`that ${what} is refused, and the message says where`, () => {
      assert.throws(
        () => readRun(written(text), 'after'),
        (error) => {
          assert.ok(error instanceof KitError);
          assert.deepEqual([error.code, error.exit, error.field], ['MDT_KIT_REPORT', 2, 'after']);
          assert.match(error.message, says);
          return true;
        },
      );
    });
  }

  it('that is not there is refused', () => {
    mkdirSync(join(folder, 'empty'));
    for (const path of ['empty', 'nowhere'])
      assert.throws(() => readRun(join(folder, path), 'before'), /holds no events of a run/);
  });
});
