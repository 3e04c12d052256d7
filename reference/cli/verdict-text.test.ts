import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { Verdict, VerdictSource } from '../gen/schemas.ts';
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

const at = (height: number): VerdictSource['tip'] => ({ height, hash: '00'.repeat(32) });
const SOURCES: VerdictSource[] = [
  { name: 'state', tip: at(140), best: false },
  { name: 'http://127.0.0.1:8332', tip: at(170), best: true, code: 'MDT_POW', message: 'the hash is above the target' },
  { name: 'http://127.0.0.1:8333', best: false, code: 'MDT_SOURCE', message: 'no answer' },
].map((each) => each as VerdictSource);

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

  it('lets nothing through that reorders what is read, or hides', () => {
    const record = {
      ...VERDICT.steps[0],
      step: 'record',
      evidence: { name: 'a\u202eDEIFIREV\u2066\u200b\u00ad\u{e0041}b' },
    } as const;
    const text = verdictText({ ...VERDICT, steps: [record] });
    assert.match(text, /name a\\u202eDEIFIREV\\u2066\\u200b\\u00ad\\ue0041b/);
  });

  it('names sources with what each gave, entity and the times between which the record was written', () => {
    const good: Verdict = {
      ...{ ...VERDICT, verdict: 'VERIFIED', entity_id: 'ab'.repeat(32), digest: 'ab'.repeat(32), role: 'dta' },
      ...{ existed_after: '2026-01-01T00:00:00Z', confirmations: 6, headers: { sources: SOURCES } },
    };
    delete good.code;
    const open = verdictText(good);
    assert.match(open, /^VERIFIED\n {2}entity_id {2}(ab){32}$/m);
    assert.match(open, /^ {2}written {4}after 2026-01-01T00:00:00Z, no upper bound yet$/m);
    const closed = verdictText({ ...good, existed_before: '2026-01-02T00:00:00Z' });
    assert.match(closed, /after 2026-01-01T00:00:00Z, before 2026-01-02T00:00:00Z$/m);
    assert.match(
      closed,
      /^ {2}headers {2}\* http:\/\/127\.0\.0\.1:8332: up to 170; MDT_POW: the hash is above the target$/m,
    );
    assert.match(closed, /^ {2}headers {4}state: up to 140$/m);
    assert.match(closed, /^ {2}headers {4}http:\/\/127\.0\.0\.1:8333: nothing; MDT_SOURCE: no answer$/m);
  });
});
