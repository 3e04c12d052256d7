import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { hostHintOf, isHostHint } from './host-hint.ts';

describe('hostHintOf', () => {
  for (const [issuer, hint] of [
    ['https://dta.example.org', 'dta.example.org'],
    ['https://dta.example.org:8443/path', 'dta.example.org:8443'],
    ['http://127.0.0.1:8080', '127.0.0.1:8080'],
    ['https://xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['https://[2001:db8::1]', ''],
    ['https://Upper.example', ''],
    [`https://${'a'.repeat(30)}.org`, ''],
    [`https://${'a'.repeat(29)}.org`, `${'a'.repeat(29)}.org`],
  ] as const) {
    it(`of ${issuer} is ${hint === '' ? 'empty' : hint}`, () => assert.equal(hostHintOf(issuer), hint));
  }

  it('is always a hint that a reader takes, whatever the issuer (MDT-ANC-006, -109)', () => {
    const issuer = fc.oneof(
      fc.webUrl(),
      fc.string(),
      fc.string().map((text) => `https://${text}`),
    );
    fc.assert(fc.property(issuer, (text) => assert.ok(isHostHint(hostHintOf(text)))));
  });
});

describe('isHostHint', () => {
  for (const hint of ['', 'a', 'a-b.c', '1.2.3.4', '1.2.3.4:1', 'a.b:65535', '1a.example']) {
    it(`takes "${hint}"`, () => assert.equal(isHostHint(hint), true));
  }
  for (const hint of [
    '-a',
    'a-',
    'a..b',
    '.a',
    'a.',
    'A',
    'a_b',
    'a:0',
    'a:01',
    'a:65536',
    '1.2.3',
    '256.1.1.1',
    '01.2.3.4',
    'a.1',
    'ä',
    'a b',
    ':1',
  ]) {
    it(`refuses "${hint}"`, () => assert.equal(isHostHint(hint), false));
  }
});
