import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KitError } from './kit-error.ts';
import { loadTarget, type Target } from './manifest.ts';

const GOOD = `manifest: 1
name: my-dta
role: dta
mode: command
command: [./bin/my-dta, ../share/x, --option, a/b, ./]
claims:
  profiles: [identity]
`;

describe('a target manifest', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'milagro-manifest-test-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function load(text: string | Uint8Array): Target {
    const path = join(folder, 'my.target.yaml');
    writeFileSync(path, text);
    return loadTarget(path);
  }

  function refused(text: string | Uint8Array, message: RegExp, field?: string): void {
    assert.throws(
      () => load(text),
      (error: KitError) => {
        assert.deepEqual([error.code, error.exit, error.field], ['MDT_KIT_MANIFEST', 2, field]);
        assert.match(error.message, message);
        assert.ok(error.message.startsWith(folder));
        return true;
      },
    );
  }

  it('is read, with paths taken from its folder', () => {
    const target = load(GOOD);
    assert.equal(target.folder, folder);
    assert.deepEqual(target.command, [
      join(folder, 'bin/my-dta'),
      join(folder, '../share/x'),
      '--option',
      'a/b',
      folder,
    ]);
    assert.deepEqual(target.manifest.claims, { profiles: ['identity'] });
  });

  it('names a program of PATH, an absolute one, one below its folder, or the Node that runs the kit', () => {
    const programOf = (program: string): string => load(GOOD.replace('./bin/my-dta', program)).command[0];
    assert.equal(programOf('my-dta'), 'my-dta');
    assert.equal(programOf('/opt/my-dta'), '/opt/my-dta');
    assert.equal(programOf('bin/my-dta'), join(folder, 'bin/my-dta'));
    assert.equal(programOf('$NODE'), process.execPath);
  });

  it('may be JSON, which is YAML', () => {
    const manifest = {
      manifest: 1,
      name: 'x',
      role: 'dta',
      mode: 'command',
      command: ['x'],
      claims: { profiles: ['identity'] },
    };
    assert.equal(load(JSON.stringify(manifest)).manifest.name, 'x');
  });

  it('names an image as Docker does', () => {
    const withImage = (name: string): string =>
      GOOD.replace('mode: command', 'mode: image').replace(/command: \[.*/, `image: { name: "${name}" }`);
    const digest = `sha256:${'0a'.repeat(32)}`;
    for (const name of [
      'dta',
      'example/dta:1.4.0',
      'localhost:5000/a/b__c:V_1',
      'ghcr.io/a.b/c-d',
      `dta@${digest}`,
      'example/sha256:abc',
      digest,
    ])
      assert.equal(load(withImage(name)).manifest.image?.name, name);
    const malformed = ['exa::mple', 'a//b', 'a:', 'a/', 'a@sha256:12', 'a..b', 'dta:-1', 'sha256:abc', `${digest}0`];
    for (const name of [...malformed, '', 'Dta', 'a b', '-a', 'a'.repeat(513)])
      refused(withImage(name), /\/image\/name is no name of an image, such as/, '/image/name');
  });

  it('is refused where it is not YAML', () => {
    refused('a: [1, 2', /is not YAML/);
    refused(GOOD.replace('role: dta', '\trole: dta'), /is not YAML/);
  });

  it('is refused with two members of one name, and with two documents', () => {
    refused(`${GOOD}name: other\n`, /is not YAML: .*unique/);
    refused(`${GOOD}---\n${GOOD}`, /is not YAML/);
  });

  it('is refused where aliases would fill memory', () => {
    const levels = Array.from(
      { length: 12 },
      (_, index) => `a${String(index + 1)}: &a${String(index + 1)} [${`*a${String(index)}, `.repeat(9)}]`,
    );
    const began = performance.now();
    refused(`a0: &a0 [x, x, x]\n${levels.join('\n')}\n${GOOD}`, /alias/i);
    assert.ok(performance.now() - began < 1_000);
  });

  it('is refused with a member that there is none of, and says which', () => {
    refused(`${GOOD}colour: red\n`, /\/colour/, '/colour');
    refused(GOOD.replace('  profiles:', '  colour: red\n  profiles:'), /\/claims\/colour/, '/claims/colour');
  });

  it('is refused without command, without claims, with another role, or empty', () => {
    refused(GOOD.replace(/command: \[.*\n/, ''), /'command'/, '/');
    refused(GOOD.replace(/claims:[^]*/, ''), /'claims'/, '/');
    refused(GOOD.replace('role: dta', 'role: pat'), /\/role/, '/role');
    refused('', /must be object/, '/');
    refused('- a list\n', /must be object/, '/');
  });

  it('is refused with a key that is a prototype’s', () => {
    refused(`${GOOD}__proto__: {polluted: true}\n`, /__proto__|polluted/, '/__proto__');
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  });

  it('is refused where it is larger than 64 KiB, and where it cannot be read', () => {
    refused(`${GOOD}# ${'x'.repeat(65_536)}\n`, /larger than 64 KiB/);
    const missing = join(folder, 'missing.yaml');
    assert.throws(() => loadTarget(missing), /missing\.yaml cannot be read: ENOENT/);
    mkdirSync(join(folder, 'a.yaml'));
    assert.throws(() => loadTarget(join(folder, 'a.yaml')), /a\.yaml cannot be read: EISDIR/);
    assert.throws(
      () => loadTarget('/dev/zero'),
      (error: KitError) => error.code === 'MDT_KIT_MANIFEST',
    );
  });
});
