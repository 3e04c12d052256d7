import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { oneLine, shortened, visible } from './visible.ts';

describe('text of a target, made visible', () => {
  it('spells out what moves a cursor, reorders text, joins invisibly or is no character', () => {
    assert.equal(visible('\u001b[2J\u0007\u0000\u007f\u009b'), String.raw`\x1b[2J\x07\x00\x7f\x9b`);
    assert.equal(
      visible('\u202egnp\u2066\u200b\ufeff\ufffe\uffff'),
      String.raw`\u202egnp\u2066\u200b\ufeff\ufffe\uffff`,
    );
    assert.equal(visible('over\rwritten'), String.raw`over\x0dwritten`);
  });

  it('replaces half a surrogate pair and keeps whole ones', () => {
    assert.equal(visible('a\ud800b\udc00c😀'), 'a\ufffdb\ufffdc😀');
  });

  it('keeps lines, tabs and every script', () => {
    const text = 'one\ttab\nzwei Sätze — 三 שלום';
    assert.equal(visible(text), text);
    assert.equal(visible('a\r\nb'), 'a\nb');
  });

  it('says how long a text was that it cuts, and cuts no other', () => {
    assert.equal(shortened('x'.repeat(10), 10), 'x'.repeat(10));
    assert.equal(shortened('x'.repeat(1024), 3), 'xxx … (1024 characters)');
  });

  it('makes one line of many', () => {
    assert.equal(oneLine('a\nb\tc', 100), String.raw`a\nb c`);
  });
});
