import { execFileSync } from 'node:child_process';
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { shellWord } from './shell-word.ts';

describe('a word of a shell', () => {
  it('is left as it is where a shell reads it so', () => {
    for (const text of ['MDT-DOC-001/i-json', '../my-dta.target.yaml', '55439fb89b236f10'])
      assert.equal(shellWord(text), text);
  });

  it('is read by a shell as it was, whatever it is made of', () => {
    for (const text of ['', 'a b', "it's", '$(echo x)`echo y`$HOME', 'a\nb', '*', '-n"\\', '💥; false'])
      assert.equal(execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' }), text);
  });
});
