import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuses } from '../core/expect-error.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { writeWhole } from './write-whole.ts';

describe('writeWhole', () => {
  it('writes all, at its place', () => {
    const path = join(temporaryFolder(), 'file');
    const file = openSync(path, 'w+');
    writeWhole(file, Buffer.from('one'), 0);
    writeWhole(file, Buffer.from('two'), 3);
    closeSync(file);
    assert.equal(readFileSync(path, 'utf8'), 'onetwo');
  });
  if (existsSync('/dev/full'))
    it('says what a full disk says', async () => {
      const full = openSync('/dev/full', 'r+');
      try {
        await refuses(() => writeWhole(full, Buffer.from('one'), 0), 'MDT_STATE', '/data_dir');
      } finally {
        closeSync(full);
      }
    });
});
