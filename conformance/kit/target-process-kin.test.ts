import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { endAfterEach, exited, gone, heard, runs, start } from './target-process-fixture.ts';

describe('what a target process starts, and how much memory it takes', function () {
  this.timeout(20_000);
  endAfterEach();

  for (const [how, end] of Object.entries({
    'it ends by itself': '',
    'it is stopped': 'await 0; setInterval(() => {}, 1000)',
  })) {
    it(`takes its children with it when ${how}, though they hold its pipes`, async () => {
      const { life } = start(`(async () => {
        const { spawn } = require('node:child_process');
        const child = spawn('sleep', ['60'], { stdio: 'inherit' });
        child.unref();
        console.log('child ' + child.pid);
        ${end}
      })()`);
      await life.until(() => heard('stdout').length > 0, 5_000);
      const pid = Number(/child (\d+)/.exec(heard('stdout').join())?.[1]);
      if (end === '') await exited(life);
      else await life.stop('SIGTERM', 1_000);
      assert.notEqual(life.exit, undefined);
      assert.equal(await gone(pid), true);
    });
  }

  const ESCAPES: Record<string, string> = {
    'left its group': `spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })`,
    'left its group and its parent': `spawn('sh', ['-c', "setsid sh -c 'echo $$ >&3; exec sleep 60' &"], { stdio: ['ignore', 'ignore', 'ignore', 1] })`,
    'left its group and wiped its environment': `spawn('sleep', ['60'], { detached: true, stdio: 'ignore', env: {} })`,
  };
  for (const [what, escape] of Object.entries(ESCAPES)) {
    it(`takes a process with it that ${what}`, async () => {
      const { life } = start(`
        const child = require('node:child_process').${escape};
        console.log('child ' + child.pid);
        setInterval(() => undefined, 1_000)`);
      await life.until(
        () => /child \d/.test(heard('stdout').join()) && heard('stdout').length >= (what.endsWith('parent') ? 2 : 1),
        5_000,
      );
      const pid = Number(
        /^(?:child )?(\d+)/.exec(
          heard('stdout').find((line) => what.endsWith('parent') === /^\d/.test(line)) ?? '',
        )?.[1],
      );
      assert.ok(runs(pid));
      if (what.endsWith('environment')) await new Promise((resolve) => setTimeout(resolve, 700)); // it is seen beside its parent
      const exit = await life.stop('SIGTERM', 1_000);
      assert.equal(exit.signal, 'SIGTERM');
      assert.equal(await gone(pid), true);
      assert.match(heard('exit').join('\n'), /ended by the kit: 1 processes that had left/);
    });
  }

  it('is ended for more processes than the manifest allows, those that left the group among them', async () => {
    const { life } = start(
      `for (let index = 0; index < 12; index++) require('node:child_process').spawn('sleep', ['60'], { detached: index % 2 === 0, stdio: 'ignore' }); setInterval(() => undefined, 1_000)`,
      { limits: { processes: 12 } },
    );
    assert.equal(await exited(life), true);
    assert.equal(life.exit?.overLimit, '13 processes, the limit is 12');
  });

  it('is ended for memory that a process has which left the group', async () => {
    const { life } = start(
      `require('node:child_process').spawn(process.execPath, ['-e', 'globalThis.kept = Buffer.alloc(150 << 20, 1); setInterval(() => undefined, 1_000)'], { detached: true, stdio: 'ignore' }); setInterval(() => undefined, 1_000)`,
      { limits: { memory_mb: 128 } },
    );
    assert.equal(await exited(life, 10_000), true);
    assert.match(life.exit?.overLimit ?? '', /^\d+ MiB resident, the limit is 128$/);
  });

  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    it(`ends with the kit, and its folders do, when the kit is ended by ${signal}`, async () => {
      const file = (name: string): string => JSON.stringify(join(import.meta.dirname, name));
      const target = `
        console.log(JSON.stringify([process.pid, require('node:child_process').spawn('sleep', ['60'], { detached: true, stdio: 'ignore' }).pid]));
        process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1_000)`;
      const kit = spawn(
        process.execPath,
        [
          '--input-type=module',
          '-e',
          `import { TargetProcess } from ${file('target-process.ts')};
          import { temporaryFolder } from ${file('target-process-guard.ts')};
          import { SecretWatch } from ${file('secrets.ts')};
          const folder = temporaryFolder('milagro target-');
          new TargetProcess({ manifest: {}, folder, command: [process.execPath, '-e', ${JSON.stringify(target)}] }, '{}', new SecretWatch([]),
            (stream, text) => stream === 'stdout' && console.log(JSON.stringify({ folder, pids: JSON.parse(text) })));
          process.on('SIGTERM', () => process.exit(130));`,
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const said = await new Promise<string>((resolve) =>
        kit.stdout.once('data', (chunk: Buffer) => resolve(String(chunk))),
      );
      const { folder: data, pids } = JSON.parse(said) as { folder: string; pids: number[] };
      assert.deepEqual([existsSync(data), ...pids.map(runs)], [true, true, true]);
      kit.kill(signal);
      assert.deepEqual(await Promise.all(pids.map(gone)), [true, true]);
      for (let tries = 0; tries < 100 && existsSync(data); tries++)
        await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(existsSync(data), false);
    });
  }

  it('ends although a child that left its group holds its pipes', async () => {
    const { life } = start(`
      const child = require('node:child_process').spawn('sleep', ['3'], { stdio: 'inherit', detached: true });
      child.unref();`);
    const began = performance.now();
    assert.equal(await exited(life), true);
    assert.ok(performance.now() - began < 2_000);
  });

  it('is ended when it and its children have more memory than the manifest allows, and says so', async () => {
    const { life } = start(
      `console.log('child ' + require('node:child_process').spawn(process.execPath, ['-e', 'globalThis.kept = Buffer.alloc(150 << 20, 1); setInterval(() => undefined, 1_000)']).pid); setInterval(() => undefined, 1_000)`,
      { limits: { memory_mb: 128 } },
    );
    assert.equal(await exited(life, 10_000), true);
    assert.equal(life.exit?.signal, 'SIGKILL');
    assert.match(life.exit.overLimit ?? '', /^\d+ MiB resident, the limit is 128$/);
    assert.match(heard('exit').join('\n'), /ended by the kit: \d+ MiB resident, the limit is 128\nsignal SIGKILL/);
    assert.equal(await gone(Number(/child (\d+)/.exec(heard('stdout').join())?.[1])), true);
  });

  it('may reserve address space as it likes', async () => {
    const { life } = start(
      `globalThis.kept = new WebAssembly.Memory({ initial: 1, maximum: 65_536 }); new SharedArrayBuffer(1 << 20, { maxByteLength: 1 << 30 }); setTimeout(() => process.exit(0), 800)`,
      { limits: { memory_mb: 256 } },
    );
    await exited(life, 10_000);
    assert.deepEqual([life.exit?.code, life.exit?.overLimit], [0, undefined]);
  });
});
