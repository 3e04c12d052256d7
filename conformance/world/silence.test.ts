import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { LifeRecord } from './life-record.ts';
import { describeSilence, tellingLine, type Silence } from './silence.ts';

function described(life: Partial<LifeRecord>, over: Partial<Silence> = {}): string {
  return describeSilence({
    life: { lines: [], badLines: [], exit: { code: 0, signal: null, ms: 1 }, ...life },
    ranMs: 12.4,
    lastWords: '',
    ...over,
  });
}

describe('why a target never listened', () => {
  it('is the system’s reason where no process could be made, and where to look', () => {
    const lastWords = 'the process could not be started: spawn ./x ENOENT';
    assert.equal(
      described({ exit: { code: null, signal: null, ms: 1 } }, { lastWords }),
      'the process could not be started: spawn ./x ENOENT (see `command` in the manifest)',
    );
  });

  it('is how it ended, and its last words', () => {
    assert.equal(
      described({ exit: { code: 7, signal: null, ms: 1 } }, { lastWords: 'no database' }),
      'it ended with status 7 after 12 ms, before {"event":"listening"}; its last words: no database',
    );
    assert.match(described({ exit: { code: null, signal: 'SIGSEGV', ms: 1 } }), /^it was ended by SIGSEGV after 12 ms/);
  });

  it('is the time where it ran on, though the kit ended it then', () => {
    assert.match(described({}, { ranMs: 15_000 }), /^it ran, and no \{"event":"listening"\} came within 10 s/);
    assert.match(described({ exit: undefined }, { ranMs: Infinity }), /^it ran/);
  });

  it('is the line that is almost an event, and where it is wrong', () => {
    const fault = { field: '/event', message: '', unknownMember: false };
    const badLines = [
      { text: '{"event":"listen"}', fault },
      { text: '{', fault },
    ];
    assert.equal(
      described({ badLines }),
      '2 of its lines begin with { and are no events; the first is wrong at /event: {"event":"listen"}',
    );
  });

  it('is what it says of its configuration', () => {
    const lines = [{ at: 1, line: { event: 'failed', code: 'MDT_LAUNCH', field: '/role' } as const }];
    assert.equal(described({ lines }), 'it wrote failed MDT_LAUNCH for /role');
  });

  it('has an end, however much the target says', () => {
    assert.ok(described({}, { lastWords: 'x'.repeat(10_000) }).length < 500);
  });
});

describe('the telling line of what a process says at its end', () => {
  const ofAll = (lines: readonly string[]): string => lines.reduce(tellingLine, '');

  it('is the one that names the error, and not the stack and version that Node prints after it', () => {
    const lines = [
      'node:internal/modules/esm/resolve:272',
      '    throw new ERR_MODULE_NOT_FOUND(',
      "Error [ERR_MODULE_NOT_FOUND]: Cannot find module 'x'",
      '    at onimport.tracePromise.__proto__ (node:internal/modules/esm/loader:1:1)',
      '    at handleError (node:internal:1:1) {',
      "  code: 'ERR_MODULE_NOT_FOUND',",
      '}',
      '',
      'Node.js v24.21.0',
    ];
    assert.equal(ofAll(lines), "Error [ERR_MODULE_NOT_FOUND]: Cannot find module 'x'");
  });

  it('is the last that names one, as Python prints it', () => {
    assert.equal(ofAll(['KeyError: a', 'During handling of the above exception:', 'OSError: b']), 'OSError: b');
  });

  it('is the last line where none names an error', () => assert.equal(ofAll(['a', 'no database', '']), 'no database'));
});
