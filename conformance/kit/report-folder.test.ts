import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { execSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KitError } from './kit-error.ts';
import { openReportFolder, removeReport } from './report-folder.ts';

describe('the folder of a report', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'milagro-report-folder-test-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function refused(path: string, why: RegExp): void {
    assert.throws(
      () => openReportFolder(path),
      (error: KitError) => {
        assert.deepEqual([error.code, error.exit, error.field], ['MDT_KIT_USAGE', 2, '--report']);
        assert.ok(error.message.startsWith(`${path} cannot be written to: `));
        assert.match(error.message, why);
        return true;
      },
    );
  }

  it('is made with all that leads to it, and left as it was', () => {
    const path = join(folder, 'a/b/c');
    openReportFolder(path);
    openReportFolder(path);
    assert.deepEqual(readdirSync(path), []);
  });

  it('is refused where a file is in the way', () => {
    writeFileSync(join(folder, 'file'), '');
    refused(join(folder, 'file'), /EEXIST/);
    refused(join(folder, 'file/report'), /EEXIST/);
  });

  it('is refused where the name of a report is that of a folder', () => {
    mkdirSync(join(folder, 'd/report.json'), { recursive: true });
    refused(join(folder, 'd'), /report\.json is a folder there/);
  });

  it('takes a FIFO or a link away that stands in the place of the events', () => {
    for (const [name, place] of [
      ['mkfifo', 'fifo'],
      ['ln -s /dev/full', 'link'],
    ] as const) {
      mkdirSync(join(folder, place));
      const events = join(folder, place, 'events.jsonl');
      execSync(`${name} '${events}'`);
      openReportFolder(join(folder, place));
      assert.ok(!existsSync(events));
    }
  });

  // Who may make a file immutable is root of a Linux, and not of every container.
  const immutable = (path: string, sign = '+'): boolean => spawnSync('chattr', [`${sign}i`, path]).status === 0;
  const probe = join(mkdtempSync(join(tmpdir(), 'milagro-chattr-')), 'probe');
  writeFileSync(probe, '');
  const canBe = immutable(probe) && immutable(probe, '-');
  rmSync(join(probe, '..'), { recursive: true });
  const whereItCan = canBe ? it : () => undefined;
  whereItCan('is refused where a report in it cannot be replaced, and taken where it may only not be written', () => {
    const report = join(folder, 'old', 'junit.xml');
    mkdirSync(join(folder, 'old'));
    writeFileSync(report, '', { mode: 0o444 });
    openReportFolder(join(folder, 'old'));
    assert.ok(immutable(report));
    try {
      refused(join(folder, 'old'), /EPERM/);
      assert.throws(() => removeReport(report), { code: 'MDT_KIT_USAGE', field: '--report' });
    } finally {
      immutable(report, '-');
    }
    removeReport(report);
    assert.ok(!existsSync(report));
  });

  // Elsewhere than on Linux there is no such folder.
  const nowhere = existsSync('/proc/self/environ') ? it : () => undefined;
  nowhere('is refused at once where nobody can write, root neither', () => {
    refused('/proc/report', /ENOENT|EACCES|EPERM/);
    refused('/proc/a/b/c', /ENOENT|EACCES|EPERM/);
    refused('/proc', /ENOENT|EACCES|EPERM/);
  });
});
