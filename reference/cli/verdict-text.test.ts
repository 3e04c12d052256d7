import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { Verdict } from '../gen/schemas.ts';
import { verdictText } from './verdict-text.ts';

const VERDICT: Verdict = {
  verdict: 'REJECTED',
  code: 'MDT_POLICY',
  message: 'less than 14406 seconds',
  headers: { sources: [] },
  steps: [
    { step: 'fetch', outcome: 'ok', requirements: ['MDT-HST-101'], evidence: { url: 'https://a.example', octets: 7 } },
    {
      step: 'record',
      outcome: 'failed',
      requirements: ['MDT-REC-103'],
      evidence: {
        name: 'A\u001b[2J\u009b31mB',
        code: 'MDT_POLICY',
        field: '/policy',
        message: 'less than 14406 seconds',
      },
    },
    { step: 'digest', outcome: 'skipped', requirements: [], evidence: {} },
  ],
  checked_at: '2026-01-01T00:00:00Z',
};

describe('verdictText', () => {
  it('has a line for each step, says what was wrong and where, and the verdict last', () => {
    assert.deepEqual(verdictText(VERDICT).split('\n'), [
      '✓ fetch      url https://a.example, octets 7',
      '✗ record     MDT_POLICY: less than 14406 seconds (/policy), name A\\u001b[2J\\u009b31mB',
      '· digest',
      '',
      'REJECTED  MDT_POLICY: less than 14406 seconds',
      '  headers    none',
      '',
    ]);
  });

  it('lets no control character of a record through to the terminal', () => {
    assert.doesNotMatch(verdictText(VERDICT), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  it('names sources, entity and the times between which the record was written', () => {
    const good: Verdict = {
      ...{ ...VERDICT, verdict: 'VERIFIED', entity_id: 'ab'.repeat(32), digest: 'ab'.repeat(32), role: 'dta' },
      ...{ existed_after: '2026-01-01T00:00:00Z', confirmations: 6, headers: { sources: ['http://127.0.0.1:8332'] } },
    };
    delete good.code;
    const open = verdictText(good);
    assert.match(open, /^VERIFIED\n {2}entity_id {2}(ab){32}$/m);
    assert.match(open, /^ {2}written {4}after 2026-01-01T00:00:00Z, no upper bound yet$/m);
    const closed = verdictText({ ...good, existed_before: '2026-01-02T00:00:00Z' });
    assert.match(closed, /after 2026-01-01T00:00:00Z, before 2026-01-02T00:00:00Z$/m);
    assert.match(closed, /^ {2}headers {4}http:\/\/127\.0\.0\.1:8332$/m);
  });
});
