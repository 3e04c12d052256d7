import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examine, hasToFetch, isReady, type Finding } from './doctor.ts';

const BARE = {
  HOME: '/nonexistent',
  PATH: '/nonexistent',
  DOCKER_HOST: 'unix:///nonexistent',
  XDG_CACHE_HOME: '/dev/null/cache',
  CHROMIUM: '/nonexistent',
};

/** What is found in a process of this environment. */
function examinedIn(env: Record<string, string>): { findings: Finding[]; ready: boolean } {
  const script = `
    import { examine, isReady } from ${JSON.stringify(new URL('doctor.ts', import.meta.url).href)};
    const findings = await examine();
    console.log(JSON.stringify({ findings, ready: isReady(findings) }));
  `;
  const options = { encoding: 'utf8', env, timeout: 40_000, killSignal: 'SIGKILL' } as const;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], options);
  return JSON.parse(stdout) as { findings: Finding[]; ready: boolean };
}

describe('the doctor', () => {
  it('looks at every thing once, and says how to get each that is missing', async () => {
    const findings = await examine();
    assert.deepEqual(
      findings.map(({ id }) => id),
      ['node', 'bitcoind', 'docker', 'image', 'apt', 'debian-package', 'cache', 'disk', 'ports', 'browser'],
    );
    for (const { ok, what, fix } of findings) {
      assert.ok(what.length > 0);
      assert.equal(fix === undefined, ok);
    }
    assert.equal(findings[0]?.what, `Node ${process.versions.node}`);
  });

  it('finds nothing on a bare machine, and that machine not ready', () => {
    const { findings, ready } = examinedIn(BARE);
    const missing = findings.filter(({ ok }) => !ok).map(({ id }) => id);
    assert.deepEqual(missing, ['bitcoind', 'docker', 'image', 'apt', 'debian-package', 'cache', 'browser']);
    assert.equal(ready, false);
  });

  it('waits for no program that does not end, nor for what that has started', () => {
    const folder = mkdtempSync(join(tmpdir(), 'milagro-doctor-test-'));
    for (const name of ['bitcoind', 'apt-get', 'dpkg-deb'])
      writeFileSync(join(folder, name), '#!/bin/sh\nsleep 20 &\nwait\n', { mode: 0o755 });
    const { findings, ready } = examinedIn({ ...BARE, PATH: `${folder}:/usr/bin:/bin` });
    rmSync(folder, { recursive: true });
    assert.equal(findings.find(({ id }) => id === 'bitcoind')?.what, `${folder}/bitcoind: does not run`);
    assert.equal(findings.find(({ id }) => id === 'apt')?.what, 'no apt-get and no dpkg-deb');
    assert.equal(ready, false);
  }).timeout(60_000);

  it('says that a bitcoind has to be fetched where only ways to fetch one are open', () => {
    const here: Finding = { id: 'debian-package', ok: true, what: '', needed: false };
    const ways: Finding[] = [{ id: 'docker', ok: true, what: '', needed: false }];
    assert.deepEqual([hasToFetch(ways), hasToFetch([...ways, here])], [true, false]);
  });

  it('calls a machine ready that has one way to a bitcoind, and not one that lacks what every way needs', () => {
    const base: Finding[] = [
      { id: 'node', ok: true, what: '', needed: true },
      { id: 'bitcoind', ok: false, what: '', fix: '', needed: false },
      { id: 'docker', ok: false, what: '', fix: '', needed: false },
    ];
    assert.equal(isReady(base), false);
    assert.equal(isReady([...base, { id: 'apt', ok: true, what: '', needed: false }]), true);
    assert.equal(
      isReady([
        ...base,
        { id: 'apt', ok: true, what: '', needed: false },
        { id: 'disk', ok: false, what: '', fix: '', needed: true },
      ]),
      false,
    );
  });
});
