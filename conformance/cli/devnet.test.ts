import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';

const MAIN = join(import.meta.dirname, 'main.ts');
const folder = mkdtempSync(join(tmpdir(), 'milagro-devnet-test-'));
const file = join(folder, 'milagro-devnet.json');
/** What is fetched is shared; what is kept is this test's own. */
const env = { ...process.env, NO_COLOR: '1', XDG_RUNTIME_DIR: folder };

interface Ran {
  status: number | null;
  out: string;
}

async function run(...args: string[]): Promise<Ran> {
  const child = spawn(process.execPath, [MAIN, ...args], { env });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, out };
}

describe('a kept node and the wiring', function () {
  this.timeout(120_000);
  let devnet: ChildProcess;

  before(async () => {
    devnet = spawn(process.execPath, [MAIN, 'devnet'], { stdio: ['ignore', 'pipe', 'inherit'], env });
    await new Promise((resolve) => devnet.stdout?.once('data', resolve));
  });

  after(async () => {
    if (devnet.exitCode === null) {
      devnet.kill('SIGINT');
      await new Promise((resolve) => devnet.once('exit', resolve));
    }
    const isOffered = existsSync(file);
    rmSync(folder, { recursive: true, force: true });
    assert.equal(isOffered, false, 'a node that is gone is no longer offered');
  });

  it('is offered to this user alone', () => {
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('serves one run after another, none of which is a certificate', async () => {
    for (const seed of ['a', 'b']) {
      const report = join(folder, seed);
      const args = ['--chain', 'kept', '--only', 'MDT-HST-003', '--seed', seed, '--report', report];
      const { status, out } = await run('certify', ...args);
      assert.equal(status, 0, out);
      const { verdict, chain } = JSON.parse(readFileSync(join(report, 'report.json'), 'utf8')) as {
        verdict: string;
        chain: { source: string };
      };
      assert.equal(verdict, 'partial');
      assert.match(chain.source, /, kept$/);
    }
  });

  it('serves one run at a time: another is told so, and by which process', async () => {
    const other = spawn(
      process.execPath,
      [MAIN, 'certify', '--chain', 'kept', '--quiet', '--report', join(folder, 'c')],
      {
        env,
        stdio: 'ignore',
      },
    );
    const ended = new Promise((resolve) => other.once('exit', resolve));
    while (!existsSync(join(folder, 'milagro-devnet.pid'))) {
      assert.equal(other.exitCode, null);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { status, out } = await run('smoke', '--chain', 'kept');
    assert.equal(status, 3);
    assert.match(out, new RegExp(`MDT_KIT_NO_CHAIN[^]*another run \\(process ${String(other.pid)}\\) uses the node`));
    other.kill('SIGKILL');
    await ended;
    assert.equal((await run('smoke', '--chain', 'kept')).status, 0);
  });

  it('shows step by step that the reference is wired right', async () => {
    const { status, out } = await run('smoke', '--chain', 'kept', '--json');
    assert.equal(status, 0, out);
    const { ok, steps } = JSON.parse(out) as { ok: boolean; steps: { requirement: string; ok: boolean }[] };
    assert.equal(ok, true);
    assert.deepEqual(
      steps.map(({ requirement }) => requirement),
      ['MDT-TGT-001', 'MDT-TGT-009', 'MDT-TGT-003', 'MDT-TGT-004', 'MDT-HST-001', 'MDT-TGT-006'],
    );
  });

  it('names the step that a harness does not take, and what it said in its place', async () => {
    const manifest = join(folder, 'half.target.yaml');
    writeFileSync(
      manifest,
      `manifest: 1\nname: half\nrole: dta\nmode: command\ncommand: [$NODE, -e, 'console.log("{\\"event\\":\\"listening\\"}"); setTimeout(() => {}, 60000)']\nclaims: { profiles: [identity] }\n`,
    );
    const { status, out } = await run('smoke', '--chain', 'kept', manifest);
    assert.equal(status, 1, out);
    assert.match(out, /✓ listens/);
    assert.match(out, /✗ serves at its addresses .*\n +HTTP at 127\.0\.0\.1:\d+: /);
    assert.match(out, /milagro-trust explain MDT-TGT-009/);
  });

  it('says so where no node is kept', async () => {
    devnet.kill('SIGINT');
    await new Promise((resolve) => devnet.once('exit', resolve));
    const { status, out } = await run('smoke', '--chain', 'kept');
    assert.equal(status, 3);
    assert.match(out, /MDT_KIT_NO_CHAIN[^]*no node is kept[^]*milagro-trust devnet/);
  });
});
