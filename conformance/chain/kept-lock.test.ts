import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { WayClosed } from './chain.ts';
import { lockKept } from './kept-lock.ts';

describe('the lock on a kept node', () => {
  let folder: string;
  let base: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'milagro-kept-lock-test-'));
    base = join(folder, 'kept');
  });
  after(() => rmSync(folder, { recursive: true }));

  function refused(pid: number): void {
    assert.throws(
      () => lockKept(folder, base),
      (error) => {
        assert.ok(error instanceof WayClosed);
        assert.equal(error.message, `another run (process ${String(pid)}) uses the node that is kept`);
        assert.match(error.fix, /wait|--chain/);
        return true;
      },
    );
  }

  it('is had by one at a time, and by the next when it is given back', () => {
    for (let turn = 0; turn < 2; turn++) {
      const release = lockKept(folder, base);
      refused(process.pid);
      release();
      assert.equal(existsSync(`${base}.pid`), false);
    }
  });

  it('is kept from other processes, names the one that has it, and is stale as soon as that is killed', async () => {
    const url = new URL('kept-lock.ts', import.meta.url).href;
    const program = `import { lockKept } from ${JSON.stringify(url)};
      lockKept(${JSON.stringify(folder)}, ${JSON.stringify(base)});
      gc(); // whoever locks need not keep what he is given back
      console.log('has it');
      setInterval(() => undefined, 1_000_000);`;
    const owner = spawn(process.execPath, ['--expose-gc', '--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const gone = new Promise((resolve) => owner.once('exit', resolve));
    await new Promise((resolve) => owner.stdout.once('data', resolve));
    try {
      refused(owner.pid ?? 0);
    } finally {
      owner.kill('SIGKILL');
      await gone;
    }
    assert.equal(existsSync(`${base}.pid`), true, 'nobody cleaned up');
    lockKept(folder, base)();
  });
});
