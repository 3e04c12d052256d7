import { afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { confined, ControlGroup } from './control-group.ts';
import { newMark } from './target-process-kin.ts';
import { endAfterEach, exited, gone, heard, runs, start } from './target-process-fixture.ts';

const environment = { PATH: process.env['PATH'] ?? '' };
const trial = ControlGroup.make(`milagro-trust-${newMark()}`, 1);
trial?.remove();

/** Only root can make one, and only where the kernel's tree is his to write to: elsewhere `make test` leaves this out, and says so. */
describe('a control group', function () {
  this.timeout(20_000);
  before(() => assert.ok(trial, 'none can be made on this machine by this user'));
  const made: ControlGroup[] = [];
  endAfterEach();
  afterEach(() => {
    for (const group of made.splice(0)) {
      group.kill();
      group.remove();
    }
  });

  function make(tasks: number): ControlGroup {
    const group = ControlGroup.make(`milagro-trust-${newMark()}`, tasks);
    assert.ok(group);
    made.push(group);
    return group;
  }

  it('lets a program begin in it, in its own environment, and end with its own status', () => {
    const control = make(100);
    const script = 'cat /proc/self/cgroup; env; exit 7';
    const [program, ...args] = confined(['sh', '-c', script], { control, tasks: 100, environment });
    const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', env: { A: '1' } });
    assert.equal(status, 7);
    assert.ok(stdout.includes(control.folder.split('/').at(-1) ?? '?'), stdout);
    assert.match(stdout, /^A=1$/m);
    assert.equal(control.wasFull(), false);
  });

  it('has room for so many tasks, and knows when there were to be more', async () => {
    const control = make(8);
    const script = 'for i in 1 2 3 4 5 6 7 8 9; do sleep 60 >/dev/null & done; echo never';
    const [program, ...args] = confined(['sh', '-c', script], { control, tasks: 8, environment });
    const { stdout } = spawnSync(program, args, {
      encoding: 'utf8',
      timeout: 5_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    assert.equal(stdout, '');
    assert.equal(control.wasFull(), true);
    assert.ok(control.members().length > 0);
    control.kill();
    for (let tries = 0; tries < 100 && control.members().length > 0; tries++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(control.members(), []);
  });

  it('leaves a command that cannot be started as it is', () => {
    const control = make(8);
    const command = ['/no/such/program', 'x'] as const;
    assert.deepEqual(confined([...command], { control, tasks: 8, environment }), command);
  });

  it('is gone when its life is over, and where there never was one', async () => {
    for (const program of ['true', '/no/such/program'] as const) {
      const { life } = start([program]);
      assert.equal(await exited(life), true);
      const folder = newestFolder();
      for (let tries = 0; tries < 100 && existsSync(folder); tries++)
        await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(existsSync(folder), false, program);
    }
  });

  it('knows a process that has left its group, its parent and its environment before anybody looked', async () => {
    const { life } = start(`
      require('node:child_process').spawn('setsid', ['env', '-i', 'sh', '-c', 'sleep 60 & echo child $!'], { stdio: ['ignore', 'inherit', 'ignore'] });
      setInterval(() => undefined, 1_000)`);
    await life.until(() => heard('stdout').length > 0, 5_000);
    const pid = Number(/child (\d+)/.exec(heard('stdout').join())?.[1]);
    assert.ok(runs(pid));
    await life.stop('SIGTERM', 1_000);
    assert.equal(await gone(pid), true);
  });

  for (const [what, bomb] of [
    ['in its group', 'bomb() { bomb | bomb & }; bomb'],
    [
      'each in a session of its own',
      'BOMB=\'setsid sh -c "$BOMB" & setsid sh -c "$BOMB" & sleep 60\'; export BOMB; sh -c "$BOMB"',
    ],
  ] as const) {
    it(`holds what multiplies without end, ${what}; it is ended for it, and leaves nothing`, async () => {
      const { life } = start(['/bin/sh', '-c', `${bomb}; sleep 60`], { limits: { processes: 64 } });
      assert.equal(await exited(life, 15_000), true);
      assert.match(
        life.exit?.overLimit ?? '',
        /^\d+ processes, the limit is 64$|^more than 256 processes and threads$/,
      );
      const folder = newestFolder();
      for (let tries = 0; tries < 100 && existsSync(folder); tries++)
        await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(existsSync(folder), false);
    });
  }
});

/** That of the newest life of this process. */
function newestFolder(): string {
  const [run = '', number = '0'] = newMark().split('.');
  return join(trial?.folder ?? '', '..', `milagro-trust-${run}.${String(Number(number) - 1)}`);
}
