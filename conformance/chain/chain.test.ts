import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawnSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KitError } from '../kit/kit-error.ts';
import { RpcClient, RpcError } from './rpc-client.ts';
import { startChain, type Chain } from './start.ts';

const GENESIS = '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206';

const refusalOf = async (call: Promise<unknown>): Promise<RpcError> => {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof RpcError, `an RpcError, not ${String(error)}`);
  return error;
};

describe('the chain under test', function () {
  this.timeout(120_000); // the first start may fetch the package
  let chain: Chain;
  before(async () => {
    chain = await startChain();
  });
  after(() => chain.stop());

  it('is a real node on an empty regtest that says its version and listens on loopback', async () => {
    assert.equal(await chain.rpc.call('getblockhash', [0]), GENESIS);
    assert.equal(await chain.rpc.call('getblockcount'), 0);
    assert.match(chain.version, /^\/Satoshi:\d+\./);
    assert.match(chain.p2p, /^127\.0\.0\.1:\d+$/);
    assert.equal(new URL(chain.rpc.access.url).hostname, '127.0.0.1');
  });

  it('lets the RPC user of targets query and send, and answers 403 to mining, stopping and setting the time', async () => {
    const target = new RpcClient(chain.targetRpc);
    assert.equal(await target.call('getblockhash', [0]), GENESIS);
    assert.equal((await refusalOf(target.call('sendrawtransaction', ['00']))).code, -22); // its own no: it was allowed to ask
    for (const [method, params] of [
      ['generatetoaddress', [1, 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080']],
      ['stop', []],
      ['setmocktime', [0]],
      ['invalidateblock', [GENESIS]],
      ['dumptxoutset', ['/x']],
    ] as const) {
      assert.equal((await refusalOf(target.call(method, [...params]))).code, 403, method);
    }
    target.close();
  });

  it('answers 401 to wrong credentials, and the error does not hold them', async () => {
    const stranger = new RpcClient({ ...chain.rpc.access, password: 'guessed-secret' });
    const error = await refusalOf(stranger.call('getblockcount'));
    assert.equal(error.code, 401);
    assert.doesNotMatch(JSON.stringify({ ...error, text: String(error) }), /guessed-secret/);
    stranger.close();
  });

  it('keeps the passwords out of the process list', async function () {
    const passwords = [chain.rpc.access.password, chain.targetRpc.password];
    const commands = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        } catch {
          return '';
        }
      });
    assert.ok(
      commands.some((command) => command.includes('-rpcauth=kit:')),
      'the node is in the list',
    );
    for (const password of passwords) assert.ok(!commands.some((command) => command.includes(password)));
  });

  it('gives each call of a batch its own result or error', async () => {
    const [count, error, hash] = await chain.rpc.batch([
      { method: 'getblockcount' },
      { method: 'nosuch' },
      { method: 'getblockhash', params: [0] },
    ]);
    assert.equal(count, 0);
    assert.ok(error instanceof RpcError);
    assert.equal(error.code, -32601);
    assert.equal(hash, GENESIS);
  });

  it('keeps what no other network relays out of the mempool', async () => {
    const [{ acceptnonstdtxn }] = [await chain.rpc.call<{ acceptnonstdtxn?: boolean }>('getmempoolinfo')];
    assert.notEqual(acceptnonstdtxn, true);
    assert.equal((await chain.rpc.call<{ chain: string }>('getblockchaininfo')).chain, 'regtest');
  });

  it('starts at the mock time it is given', async () => {
    const mockTime = 1_750_000_000;
    const other = await startChain({ mockTime });
    try {
      const [hash = ''] = await other.rpc.call<string[]>('generatetoaddress', [
        1,
        'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080',
      ]);
      assert.equal((await other.rpc.call<{ time: number }>('getblockheader', [hash])).time, mockTime);
    } finally {
      await other.stop();
    }
  });
});

describe('the end of a chain under test', function () {
  this.timeout(60_000);

  /** Starts a chain in another Node process, which then ends as `ending` says; gives the node's pid and URL. */
  const starter = `
    import { startChain } from ${JSON.stringify(new URL('start.ts', import.meta.url).href)};
    const chain = await startChain();
    process.stdout.write(chain.rpc.access.url + '\\n');
    if (process.argv[1] === 'stop') { await chain.stop(); await chain.stop(); }
    if (process.argv[1] === 'exit') process.exit(0);
    if (process.argv[1] === 'throw') throw new Error('on purpose');
    if (process.argv[1] === 'wait') setInterval(() => {}, 1000);
  `;
  const listens = async (url: string): Promise<boolean> =>
    fetch(url).then(
      () => true,
      () => false,
    );

  for (const ending of ['stop', 'exit', 'throw', 'return', 'SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
    it(`leaves neither node nor data behind (${ending})`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'chain-end-'));
      const leftovers = (): string[] => readdirSync(folder).filter((name) => name.startsWith('milagro-chain-'));
      const child = spawn(
        process.execPath,
        ['--input-type=module', '-e', starter, ending.startsWith('SIG') ? 'wait' : ending],
        {
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      );
      const url = await new Promise<string>((resolve) =>
        child.stdout.once('data', (text: Buffer) => resolve(text.toString().trim())),
      );
      assert.match(url, /^http:/);
      const ended = new Promise((resolve) => child.on('exit', resolve));
      if (ending.startsWith('SIG')) {
        assert.ok(await listens(url));
        child.kill(ending as NodeJS.Signals);
      }
      await ended;
      for (let wait = 0; wait < 100 && ((await listens(url)) || leftovers().length > 0); wait++) await sleep(50);
      assert.equal(await listens(url), false);
      assert.deepEqual(leftovers(), []);
      rmSync(folder, { recursive: true });
    });
  }
});

describe('a machine on which no chain can be started', () => {
  const environment = { HOME: '/nonexistent', PATH: '/nonexistent', DOCKER_HOST: 'unix:///nonexistent' };
  const script = `
    import { startChain } from ${JSON.stringify(new URL('start.ts', import.meta.url).href)};
    await startChain().catch((error) => console.log(JSON.stringify({ code: error.code, exit: error.exit, message: error.message })));
  `;

  it('is told for each way what is missing and what brings it, with exit status 3', () => {
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      env: environment,
    });
    const { code, exit, message } = JSON.parse(stdout) as { code: string; exit: number; message: string };
    assert.deepEqual([code, exit], ['MDT_KIT_NO_CHAIN', 3]);
    assert.match(message, /container: no Docker daemon answers\n\s+→ start Docker/);
    assert.match(message, /debian: no apt-get and no dpkg-deb\n\s+→ /);
    assert.match(message, /process: no bitcoind.*\n\s+→ .*--bitcoind/);
  });

  it('does not fall back to another node where one was named', async () => {
    await assert.rejects(startChain({ bitcoind: '/nonexistent/bitcoind' }), (error: KitError) => {
      assert.equal(error.code, 'MDT_KIT_NO_CHAIN');
      assert.match(error.message, /\/nonexistent\/bitcoind is not a program/);
      assert.doesNotMatch(error.message, /debian|container/);
      return true;
    });
  });

  it('says what a program that is no bitcoind did', async () => {
    assert.ok(existsSync('/bin/false'));
    await assert.rejects(startChain({ bitcoind: '/bin/false' }), {
      code: 'MDT_KIT_NO_CHAIN',
      message: /bitcoind ended \(status 1\)/,
    });
  });
});
