import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { html } from './markup.ts';

describe('markup', () => {
  it('escapes what is put in, in text and in attributes, and makes its controls visible', () => {
    const hostile = `<b title='"'>&\u001b\u202e`;
    assert.equal(html`<p title="${hostile}">${hostile}</p>`.text, `<p title="${ESCAPED}">${ESCAPED}</p>`);
  });

  it('keeps markup made by itself, joins lists, and leaves nothing for what is not there', () => {
    const items = ['a', '<'].map((text) => html`<b>${text}</b>`);
    assert.equal(html`${items}${undefined}${false}${0}`.text, '<b>a</b><b>&lt;</b>0');
  });
});

const ESCAPED = String.raw`&lt;b title=&#39;&quot;&#39;&gt;&amp;\x1b\u202e`;
