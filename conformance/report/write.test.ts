import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KitError } from '../kit/kit-error.ts';
import { LEDGER, sampleRun } from './sample-run.ts';
import { writeReports } from './write.ts';

describe('the reports of a run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'milagro-write-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('stand side by side, and nothing else does', () => {
    const { report } = writeReports(join(folder, 'new'), sampleRun(), LEDGER);
    assert.equal(report.verdict, 'certified');
    assert.deepEqual(readdirSync(join(folder, 'new')).sort(), ['junit.xml', 'report.html', 'report.json']);
  });

  for (const [name, path] of [
    ['report.json', 'report.json'],
    ['report.html', 'report.html'],
    ['junit.xml.part', 'junit.xml'],
  ] as const)
    it(`name what came in the way of one while the run went on: a folder ${name}`, () => {
      mkdirSync(join(folder, name, 'of-somebody'), { recursive: true });
      assert.throws(
        () => writeReports(folder, sampleRun(), LEDGER),
        (error: KitError) => {
          assert.deepEqual([error.code, error.exit, error.field], ['MDT_KIT_USAGE', 2, '--report']);
          assert.ok(error.message.startsWith(`${join(folder, path)} cannot be written to: EISDIR`), error.message);
          return true;
        },
      );
      assert.deepEqual(readdirSync(join(folder, name)), ['of-somebody']);
      assert.ok(!readdirSync(folder).some((left) => left.endsWith('.part') && left !== name));
    });
});
