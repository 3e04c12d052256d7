import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TargetManifest } from '../../reference/gen/schemas.ts';
import { hasImage } from '../chain/docker.ts';
import type { Launcher, Place } from './launcher.ts';
import type { Life } from './life.ts';
import type { Target } from './manifest.ts';
import { openLauncher } from './open-launcher.ts';
import { PROJECT } from './project.ts';
import { SecretWatch } from './secrets.ts';
import { networkPrefix } from './target-network.ts';
import { removeTemporaryFolder, temporaryFolder } from './target-process-guard.ts';

const IMAGE = 'milagro-trust-reference:latest';
/** A target whose program is this JavaScript, run by the Node in the reference's image. */
function targetOf(program: string, manifest: Partial<TargetManifest> = {}): Target {
  return {
    manifest: {
      manifest: 1,
      name: 'test',
      role: 'dta',
      mode: 'image',
      image: { name: IMAGE, command: ['-e', program] },
      claims: { profiles: ['identity'] },
      ...manifest,
    },
    path: 'test.target.yaml',
    folder: '/',
    command: [''],
  };
}

interface Started {
  life: Life;
  place: Place;
  said: string[];
  dataDir: string;
}

const open: (() => Promise<void>)[] = [];

/** Its launch configuration names a listener of the kit. */
async function start(program: string, manifest: Partial<TargetManifest> = {}): Promise<Started> {
  const launcher = await openLauncher(targetOf(program, manifest));
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, launcher.hostAddress, resolve));
  const { port } = server.address() as AddressInfo;
  const firstLine = JSON.stringify({ host: launcher.hostAddress, port });
  const dataDir = temporaryFolder('milagro-container-test-');
  const place = await launcher.place(dataDir);
  const said: string[] = [];
  const lives: Life[] = [];
  const launch = (): Life => {
    const life = place.launch(firstLine, new SecretWatch([]), (stream, text) => void said.push(`${stream} ${text}`));
    lives.push(life);
    return life;
  };
  open.push(async () => {
    server.close();
    await end(launcher, lives, dataDir);
  });
  return { life: launch(), place: { ...place, launch }, said, dataDir };
}

async function end(launcher: Launcher, lives: readonly Life[], dataDir: string): Promise<void> {
  await Promise.all(lives.map((life) => life.stop('SIGKILL', 1_000)));
  await launcher.close();
  removeTemporaryFolder(dataDir);
}

const LIVES_ON = `setInterval(() => undefined, 1_000)`;
const exited = (life: Life): Promise<boolean> => life.until(() => life.exit !== undefined, 20_000);
const docker = (args: string[]): string => execFileSync('docker', args, { encoding: 'utf8' });
/** Networks of this process. */
const ownNetworks = (): string[] =>
  docker(['network', 'ls', '--format', '{{.Name}}', '--filter', `name=${networkPrefix()}`])
    .split('\n')
    .filter(Boolean);
/** Containers that are on one of them, running or not. */
const ownContainers = (): string[] =>
  docker(['ps', '-a', '--format', '{{.Label "trust.milagro.network"}}'])
    .split('\n')
    .filter((name) => name.startsWith(networkPrefix()));

describe('a target in a container', function () {
  this.timeout(120_000);

  before(async () => {
    if (!(await hasImage(IMAGE))) execFileSync(join(PROJECT, 'images/reference/build.sh'));
  });
  after(async () => {
    await Promise.all(open.splice(0).map((close) => close()));
    assert.deepEqual([ownContainers(), ownNetworks()], [[], []]);
  });

  it('gets its lines, answers, and ends in good order with its status', async () => {
    const { life, said } = await start(`
      process.stdin.on('data', (text) => {
        console.log('got ' + text);
        const id = /"id":(\\d+)/.exec(text)?.[1];
        if (id) console.log('{"id":' + id + ',"ok":true}');
      });
      process.on('SIGTERM', () => process.exit(0));
      console.log('{"event":"listening"}'); console.error('log');`);
    assert.ok(await life.line((line): line is typeof line => 'event' in line, 20_000));
    assert.deepEqual(await life.control({ control: 'clock', offset_seconds: 0 }), { id: 1, ok: true });
    const { code, signal, overLimit } = await life.stop('SIGTERM', 5_000);
    assert.deepEqual([code, signal, overLimit], [0, null, undefined]);
    assert.ok(
      said.some((line) => line.startsWith('stdout got {"host":')) && said.includes('stderr log'),
      said.join('\n'),
    );
  });

  it('is killed when it does not end, and begins its next life at the same address on the same data', async () => {
    const { life, place, dataDir, said } = await start(`
      const fs = require('node:fs');
      console.log(JSON.stringify(Object.values(require('node:os').networkInterfaces()).flat().map((each) => each.address)));
      console.log('was here: ' + fs.existsSync('/data/mark'));
      fs.writeFileSync('/data/mark', '');
      process.on('SIGTERM', () => undefined); ${LIVES_ON}; console.log('{"event":"listening"}');`);
    assert.ok(await life.line((line): line is typeof line => 'event' in line, 20_000));
    assert.equal((await life.stop('SIGTERM', 200)).signal, 'SIGKILL');
    writeFileSync(join(dataDir, 'ours'), '');
    const next = place.launch('', new SecretWatch([]), () => undefined);
    assert.ok(await next.line((line): line is typeof line => 'event' in line, 20_000));
    const addresses = said.filter((line) => line.startsWith('stdout ["'));
    assert.equal(addresses.length, 2);
    assert.equal(addresses[0], addresses[1]);
    assert.ok(addresses[0]?.includes(place.http.split(':')[0] ?? ''));
    assert.deepEqual(
      said.filter((line) => line.includes('was here')),
      ['stdout was here: false', 'stdout was here: true'],
    );
  });

  it('goes with its launcher, though nobody ended it', async () => {
    const launcher = await openLauncher(targetOf(`console.log('{"event":"listening"}'); ${LIVES_ON}`));
    const dataDir = temporaryFolder('milagro-container-test-');
    const life = (await launcher.place(dataDir)).launch('', new SecretWatch([]), () => undefined);
    await life.line((line): line is typeof line => 'event' in line, 20_000);
    await launcher.close();
    assert.equal(life.exit?.signal, 'SIGKILL');
    removeTemporaryFolder(dataDir);
  });

  it('has no capability, no way to gain any, no root to write to, and no more of this machine than its data', async () => {
    const { life, said } = await start(
      `
      const fs = require('node:fs');
      const status = fs.readFileSync('/proc/self/status', 'utf8');
      const tries = {};
      for (const path of ['/x', '/usr/bin/x', '/opt/x', '/proc/sys/kernel/hostname', '/tmp/x', '/data/x'])
        try { fs.writeFileSync(path, 'x'); tries[path] = 'written'; } catch (error) { tries[path] = error.code; }
      console.log('told ' + JSON.stringify({
        capabilities: [...status.matchAll(/^Cap(?:Eff|Prm|Bnd):\\s+(\\w+)/gm)].map(([, set]) => Number('0x' + set)),
        noNewPrivileges: /NoNewPrivs:\\s+(\\d)/.exec(status)[1],
        user: process.getuid(),
        environment: Object.keys(process.env).sort(),
        mounts: fs.readFileSync('/proc/mounts', 'utf8').split('\\n').filter((line) => line.startsWith('/dev/')).map((line) => line.split(' ')[1]).sort(),
        tries,
      }))`,
      { env: { LEVEL: '1' } },
    );
    await exited(life);
    const told = JSON.parse(
      said.find((line) => line.startsWith('stdout told'))?.slice('stdout told '.length) ?? '',
    ) as Record<string, unknown>;
    assert.deepEqual(told['capabilities'], [0, 0, 0]);
    assert.equal(told['noNewPrivileges'], '1');
    assert.equal(told['user'], process.getuid?.());
    const ofTheImage = ['NODE_COMPILE_CACHE', 'PATH'];
    assert.deepEqual(told['environment'], ['HOME', 'HOSTNAME', 'LEVEL', ...ofTheImage, 'TMPDIR']);
    assert.deepEqual(told['mounts'], ['/data', '/etc/hostname', '/etc/hosts', '/etc/resolv.conf']);
    const { '/tmp/x': tmp, '/data/x': data, ...elsewhere } = told['tries'] as Record<string, string>;
    assert.deepEqual([tmp, data], ['written', 'written']);
    assert.ok(
      Object.values(elsewhere).every((code) => code === 'EROFS' || code === 'EACCES'),
      JSON.stringify(elsewhere),
    );
  });

  it('reaches the kit, and nothing beyond this machine: there is no way out of its network', async () => {
    const { life, said } = await start(`
      process.stdin.once('data', async (line) => {
        const { host, port } = JSON.parse(line);
        const connects = (host, port) => new Promise((resolve) => {
          const socket = require('node:net').connect({ host, port, timeout: 3_000 }, () => resolve('connected'));
          socket.on('error', (error) => resolve(error.code)).on('timeout', () => resolve('timeout'));
        });
        console.log('told ' + JSON.stringify([
          await connects(host, port),
          await connects('192.0.2.1', 80),
        ]));
        process.exit(0);
      });`);
    await exited(life);
    const told = said.find((line) => line.startsWith('stdout told')) ?? '';
    assert.match(told, /\["connected","(ENETUNREACH|EHOSTUNREACH|timeout)"\]/); // by its routes, or by a filter of the engine
    const networks = ownNetworks();
    assert.ok(networks.length > 0);
    for (const name of networks)
      assert.equal(docker(['network', 'inspect', '--format', '{{.Internal}}', name]).trim(), 'true');
  });

  it('is ended when it takes more memory than the manifest allows, and says so', async () => {
    const { life } = await start(`globalThis.kept = Buffer.alloc(300 << 20, 1); ${LIVES_ON}`, {
      limits: { memory_mb: 128 },
    });
    await exited(life);
    assert.deepEqual([life.exit?.code, life.exit?.signal], [null, 'SIGKILL']);
    assert.equal(life.exit?.overLimit, 'more memory than its limit of 128 MiB');
  });

  it('has no more processes than the manifest allows', async () => {
    const { life, said } = await start(
      `
      const { spawn } = require('node:child_process');
      let failed = 0;
      for (let index = 0; index < 40; index++)
        spawn(process.execPath, ['-e', '${LIVES_ON}'], { stdio: 'ignore' }).on('error', () => failed++);
      setTimeout(() => console.log('told ' + failed), 1_000); ${LIVES_ON}`,
      { limits: { processes: 16 } },
    );
    assert.ok(await life.until(() => said.some((line) => line.startsWith('stdout told')), 20_000));
    assert.ok(Number(said.find((line) => line.startsWith('stdout told'))?.slice(12)) > 20, said.join('\n'));
    await life.stop('SIGKILL', 1_000);
  });

  it('goes with the kit, and its network does, when the kit is killed', async () => {
    const url = (name: string): string => JSON.stringify(join(import.meta.dirname, name));
    const kit = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { openLauncher } from ${url('open-launcher.ts')};
        import { temporaryFolder } from ${url('target-process-guard.ts')};
        import { SecretWatch } from ${url('secrets.ts')};
        const launcher = await openLauncher(${JSON.stringify(targetOf(`console.log('up'); ${LIVES_ON}`))});
        const place = await launcher.place(temporaryFolder('milagro-container-test-'));
        place.launch('', new SecretWatch([]), (stream, text) => console.log(launcher.hostAddress, place.http, text));
        setInterval(() => undefined, 1_000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const said = await new Promise<string>((resolve) =>
      kit.stdout.once('data', (text: Buffer) => resolve(String(text))),
    );
    assert.match(said, /up/);
    const [host = ''] = said.split(' ');
    const isThere = (): boolean => readFileSync('/proc/net/fib_trie', 'utf8').includes(` ${host}\n`);
    assert.equal(isThere(), true);
    kit.kill('SIGKILL');
    for (let tries = 0; tries < 200 && isThere(); tries++) await sleep(50);
    assert.equal(isThere(), false);
  });

  it('says what to do where there is no such image', async () => {
    const target = targetOf('0', { image: { name: 'localhost:1/milagro-trust/no-such-image:1' } });
    await assert.rejects(openLauncher(target), {
      code: 'MDT_KIT_TARGET_START',
      field: '/image/name',
      message:
        /^the image localhost:1\/milagro-trust\/no-such-image:1 is not on this machine, and its registry cannot be reached from here: bring it by /,
    });
  });
});
