import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { aptMissing } from './apt.ts';
import { localImage } from './container.ts';
import { unpacked } from './debian.ts';
import { dockerAnswers } from './docker.ts';
import { findBitcoind } from './process.ts';
import { Regtest } from './regtest.ts';
import { startChain, type Chain } from './start.ts';

/** Of nobody: witness version 0 and twenty octets of zero. */
const ADDRESS = 'bcrt1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqdku202';

/** CI sets this, so that none of the ways can go untried there. */
const required = (process.env['MILAGRO_CHAIN_WAYS'] ?? '').split(',');

async function isRegtest(chain: Chain): Promise<void> {
  try {
    assert.equal((await chain.rpc.call<{ chain: string }>('getblockchaininfo')).chain, 'regtest');
    assert.match(chain.version, /Satoshi/);
    await startsAgain(chain);
  } finally {
    await chain.stop();
  }
}

/** On its data, at its addresses, with nothing in the mempool. */
async function startsAgain(chain: Chain): Promise<void> {
  const regtest = await Regtest.create(chain.rpc);
  const height = await chain.rpc.call<number>('getblockcount');
  await regtest.pay(ADDRESS, 10_000);
  assert.equal((await chain.rpc.call<string[]>('getrawmempool')).length, 1);
  await chain.restart();
  assert.equal(await chain.rpc.call('getblockcount'), height);
  assert.deepEqual(await chain.rpc.call('getrawmempool'), []);
}

/** Two runs on an empty cache: both fetch, one's work is kept, both start. */
async function twoAtOnceFromNothing(): Promise<void> {
  const before = process.env['XDG_CACHE_HOME'];
  const cache = mkdtempSync(join(tmpdir(), 'milagro-cache-'));
  process.env['XDG_CACHE_HOME'] = cache;
  try {
    const chains = await Promise.all([startChain({ way: 'debian' }), startChain({ way: 'debian' })]);
    for (const chain of chains) {
      assert.match(chain.source, /^Debian bitcoin-knots \d/);
      await isRegtest(chain);
    }
    assert.equal(readdirSync(join(cache, 'milagro-trust')).length, 1);
  } finally {
    if (before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = before;
    rmSync(cache, { recursive: true });
  }
}

/** `kill -9` leaves the kit no time for anything; the container has to be removed all the same. */
async function goesWithAKilledKit(): Promise<void> {
  const script = `
    import { startChain } from ${JSON.stringify(new URL('start.ts', import.meta.url).href)};
    const chain = await startChain({ way: 'container' });
    process.stdout.write(chain.rpc.access.url + '\\n');
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve) =>
    child.stdout.once('data', (text: Buffer) => resolve(text.toString().trim())),
  );
  const listens = (): Promise<boolean> =>
    fetch(url).then(
      () => true,
      () => false,
    );
  assert.equal(await listens(), true);
  child.kill('SIGKILL');
  for (let wait = 0; wait < 100 && (await listens()); wait++) await sleep(100);
  assert.equal(await listens(), false);
}

describe('the ways to a chain under test', function () {
  this.timeout(240_000);

  it("debian: starts the package's bitcoind from the cache, or fetches it first", async () => {
    if (required.includes('debian')) return twoAtOnceFromNothing();
    if (unpacked() !== undefined) {
      const chain = await startChain({ way: 'debian' });
      assert.match(chain.source, /^Debian bitcoin-knots \d/);
      return isRegtest(chain);
    }
    // No cache, and whether there is a network is not ours to say: an empty PATH shows what is said without apt.
    const path = process.env['PATH'];
    process.env['PATH'] = '/nonexistent';
    try {
      await assert.rejects(startChain({ way: 'debian' }), { code: 'MDT_KIT_NO_CHAIN', message: /no apt-get/ });
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('debian: says what to do when the archive cannot be reached, and leaves nothing half done', async () => {
    const script = `
      import { startChain } from ${JSON.stringify(new URL('start.ts', import.meta.url).href)};
      await startChain({ way: 'debian' }).catch((error) => console.log(JSON.stringify({ code: error.code, message: error.message })));
    `;
    const cache = mkdtempSync(join(tmpdir(), 'milagro-cache-'));
    const env = {
      ...process.env,
      XDG_CACHE_HOME: cache,
      http_proxy: 'http://127.0.0.1:1',
      https_proxy: 'http://127.0.0.1:1',
    };
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env,
    });
    let said = '';
    for await (const part of child.stdout) said += String(part);
    const { code, message } = JSON.parse(said) as { code: string; message: string };
    assert.equal(code, 'MDT_KIT_NO_CHAIN');
    assert.match(
      message,
      aptMissing() === undefined
        ? /apt could not fetch bitcoin-knots: [^]*→ make the Debian archive reachable/
        : /no apt-get/,
    );
    const left = existsSync(join(cache, 'milagro-trust')) ? readdirSync(join(cache, 'milagro-trust')) : [];
    assert.deepEqual(left, []);
    rmSync(cache, { recursive: true });
  });

  it('process: starts the program it is given, here a script before a bitcoind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'milagro-bitcoind-'));
    const script = join(folder, 'bitcoind');
    const debian = unpacked();
    const real = debian ? [debian.command, ...debian.args] : [findBitcoind() ?? ''];
    assert.notEqual(real[0], '', "a bitcoind in PATH or Debian's in the cache (milagro-trust doctor says how)");
    writeFileSync(script, `#!/bin/sh\nexec ${real.map((word) => `'${word}'`).join(' ')} "$@"\n`);
    chmodSync(script, 0o755);
    try {
      const chain = await startChain({ bitcoind: script });
      assert.deepEqual([chain.way, chain.source], ['process', script]);
      await isRegtest(chain);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('container: starts an image that is here and removes it however the kit ends, or says how to come by one', async () => {
    const image = (await dockerAnswers()) ? await localImage() : undefined;
    if (required.includes('container') || image !== undefined) {
      const chain = await startChain({ way: 'container' });
      assert.equal(chain.source, `image ${image}`);
      await isRegtest(chain);
      return goesWithAKilledKit();
    }
    const dockerHost = process.env['DOCKER_HOST'];
    process.env['DOCKER_HOST'] = 'unix:///nonexistent';
    try {
      await assert.rejects(startChain({ way: 'container' }), { code: 'MDT_KIT_NO_CHAIN', message: /start Docker/ });
    } finally {
      if (dockerHost === undefined) delete process.env['DOCKER_HOST'];
      else process.env['DOCKER_HOST'] = dockerHost;
    }
  });
});
