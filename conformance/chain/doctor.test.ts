import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { examine, isReady, type Finding } from './doctor.ts';

const BARE = {
  HOME: '/nonexistent',
  PATH: '/nonexistent',
  DOCKER_HOST: 'unix:///nonexistent',
  XDG_CACHE_HOME: '/dev/null/cache',
};

describe('the doctor', () => {
  it('looks at every thing once, and says how to get each that is missing', async () => {
    const findings = await examine();
    assert.deepEqual(
      findings.map(({ id }) => id),
      ['node', 'bitcoind', 'docker', 'image', 'apt', 'debian-package', 'cache', 'disk', 'ports'],
    );
    for (const { ok, what, fix } of findings) {
      assert.ok(what.length > 0);
      assert.equal(fix === undefined, ok);
    }
    assert.equal(findings[0]?.what, `Node ${process.versions.node}`);
  });

  it('finds nothing on a bare machine, and that machine not ready', () => {
    const script = `
      import { examine, isReady } from ${JSON.stringify(new URL('doctor.ts', import.meta.url).href)};
      const findings = await examine();
      console.log(JSON.stringify({ findings, ready: isReady(findings) }));
    `;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      env: BARE,
    });
    const { findings, ready } = JSON.parse(stdout) as { findings: Finding[]; ready: boolean };
    const missing = findings.filter(({ ok }) => !ok).map(({ id }) => id);
    assert.deepEqual(missing, ['bitcoind', 'docker', 'image', 'apt', 'debian-package', 'cache']);
    assert.equal(ready, false);
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
