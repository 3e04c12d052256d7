import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { ChainGateway } from './gateway.ts';
import { RpcClient, RpcError } from './rpc-client.ts';
import { startChain, type Chain } from './start.ts';

const GENESIS = '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206';

describe('the gateway between a target and the chain', function () {
  this.timeout(120_000);
  let chain: Chain;
  let gateway: ChainGateway;
  let client: RpcClient;
  before(async () => {
    chain = await startChain();
  });
  after(() => chain.stop());
  beforeEach(async () => {
    gateway = await ChainGateway.start(chain.targetRpc);
    client = new RpcClient(gateway.rpc, { timeoutMs: 5_000 });
  });
  afterEach(async () => {
    client.close();
    await gateway.stop();
  });

  const post = (body: string, authorization = basic(gateway.rpc.user, gateway.rpc.password)): Promise<Response> =>
    fetch(gateway.rpc.url, { method: 'POST', body, headers: { authorization } });
  const basic = (user: string, password: string): string =>
    `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const codeOf = async (call: Promise<unknown>): Promise<number> =>
    call.then(
      () => assert.fail('the call succeeded'),
      (error: unknown) => (error as RpcError).code,
    );

  it('passes calls on with credentials of its own and records them in order', async () => {
    assert.equal(await client.call('getblockhash', [0]), GENESIS);
    assert.equal(await codeOf(client.call('getblockhash', [999_999])), -8);
    const [first, second] = gateway.calls;
    assert.deepEqual(
      [first?.method, first?.params, first?.status, first?.error],
      ['getblockhash', '[0]', 200, undefined],
    );
    assert.deepEqual([second?.params, second?.error], ['[999999]', -8]);
    assert.ok((second?.at ?? 0) >= (first?.at ?? 0));
    assert.notEqual(gateway.rpc.password, chain.targetRpc.password);
  });

  it('passes an answer on octet for octet', async () => {
    const body = '{"jsonrpc":"1.0","id":"x","method":"getblockheader","params":["' + GENESIS + '"]}';
    const direct = await fetch(chain.targetRpc.url, {
      method: 'POST',
      body,
      headers: { authorization: basic(chain.targetRpc.user, chain.targetRpc.password) },
    });
    assert.equal(await (await post(body)).text(), await direct.text());
  });

  it('passes a call on once more where the node had closed the connection meanwhile', async () => {
    let asked = 0;
    const sockets = new Set<Socket>();
    const node = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => {
        asked += 1;
        if (sockets.has(socket)) socket.destroy();
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"result":17}');
        sockets.add(socket);
      });
    });
    await new Promise<void>((resolve) => node.listen(0, '127.0.0.1', resolve));
    const { port } = node.address() as AddressInfo;
    const before = await ChainGateway.start({ url: `http://127.0.0.1:${String(port)}`, user: 'x', password: 'y' });
    const asking = new RpcClient(before.rpc);
    try {
      assert.deepEqual([await asking.call('getblockcount'), await asking.call('getblockcount')], [17, 17]);
      assert.deepEqual([asked, before.count], [3, 2]);
    } finally {
      asking.close();
      await before.stop();
      node.close();
    }
  });

  it('answers 401 to anybody else, and passes nothing on', async () => {
    for (const given of [
      '',
      'Basic',
      basic('target', 'wrong'),
      basic(chain.targetRpc.user, chain.targetRpc.password),
    ]) {
      assert.equal((await post('{}', given)).status, 401, given);
    }
    assert.equal(gateway.unauthorized, 4);
    assert.equal(gateway.count, 0);
  });

  it('keeps credentials out of what it records', async () => {
    await client.call('getblockcount');
    const recorded = JSON.stringify(gateway.calls);
    for (const secret of [gateway.rpc.password, chain.targetRpc.password]) assert.ok(!recorded.includes(secret));
  });

  it('takes batches and the paths of wallets', async () => {
    const [count, error] = await client.batch([
      { method: 'getblockcount' },
      { method: 'getblockhash', params: [999_999] },
    ]);
    assert.equal(count, 0);
    assert.ok(error instanceof RpcError);
    await client.call('createwallet', ['of-a.target', true]);
    assert.equal(
      (await client.wallet('of-a.target').call<{ walletname: string }>('getwalletinfo')).walletname,
      'of-a.target',
    );
    assert.deepEqual(
      gateway.calls.map(({ method, path }) => [method, path]),
      [
        ['getblockcount', '/'],
        ['getblockhash', '/'],
        ['createwallet', '/'],
        ['getwalletinfo', '/wallet/of-a.target'],
      ],
    );
  });

  const OUTSIDE = ['../evil', '/tmp/evil', '..', '.', '.evil', 'a/b', '', 'a\u0000b', 'x'.repeat(65), 'wället', 7, {}];
  it('lets no target name a wallet by a path, in whatever form the call has', async () => {
    for (const name of OUTSIDE) {
      for (const method of ['createwallet', 'loadwallet', 'unloadwallet'])
        assert.equal(await codeOf(client.call(method, [name])), -8, `${method} ${JSON.stringify(name)}`);
    }
    const evil = '"../evil"';
    for (const body of [
      `{"id":1,"method":"createwallet","params":{"wallet_name":${evil}}}`,
      `{"id":1,"method":"loadwallet","params":{"filename":${evil}}}`,
      `{"id":1,"method":"createwallet","params":{"args":[${evil}]}}`,
      `{"id":1,"method":"cre\\u0061tewallet","params":[${evil}]}`,
      `[{"id":1,"method":"createwallet","params":[${evil}]},{"id":2,"method":"getblockcount"}]`,
    ])
      assert.match(await (await post(body)).text(), /"code":-8,"message":"the name of a wallet/, body);
  });

  it('gives the node what it has examined, though a member stands twice', async () => {
    const name = `twice-${String(process.pid)}`;
    const body = `{"id":1,"params":["../${name}",true],"method":"createwallet","params":["${name}",true]}`;
    assert.equal(((await (await post(body)).json()) as { result: { name: string } | null }).result?.name, name);
    assert.equal((await post('{"id":1,"method":"createwallet","params":["../x"]')).status, 500);
  });

  it('lets nobody read or write a file at a path', async () => {
    const path = '/nonexistent/milagro';
    for (const [method, params] of [
      ['backupwallet', [path]],
      ['restorewallet', ['x', path]],
      ['dumpwallet', [path]],
      ['importwallet', [path]],
      ['migratewallet', [path]],
      ['dumptxoutset', [path]],
      ['loadtxoutset', [path]],
      ['importmempool', [path]],
      ['savemempool', []],
    ] as [string, unknown[]][])
      assert.equal(await codeOf(client.call(method, params)), 403, method);
  });

  it('lets nobody mine: the 403 of the node comes through', async () => {
    assert.equal(
      await codeOf(client.call('generatetoaddress', [1, 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080'])),
      403,
    );
    assert.equal(gateway.calls[0]?.status, 403);
  });

  it('is unreachable while cut, also for calls under way, and as before once restored', async () => {
    gateway.delay(300);
    const underWay = codeOf(client.call('getblockcount'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    gateway.cut();
    gateway.delay(0);
    assert.equal(await underWay, 0);
    assert.equal(await codeOf(client.call('getblockcount')), 0);
    assert.equal(await chain.rpc.call('getblockcount'), 0); // the node itself is not concerned
    gateway.restore();
    assert.equal(await client.call('getblockcount'), 0);
  });

  it('delays answers by the time it is told', async () => {
    gateway.delay(150);
    const began = performance.now();
    await client.call('getblockcount');
    assert.ok(performance.now() - began >= 148);
    gateway.delay(0);
  });

  it('refuses a method in the form bitcoind refuses, in both versions of JSON-RPC, and leaves the others alone', async () => {
    gateway.refuse('getblockcount', { code: -28, message: 'Loading block index…' });
    assert.equal(await codeOf(client.call('getblockcount')), -28);
    assert.equal(await client.call('getblockhash', [0]), GENESIS);
    const first = await post('{"id":7,"method":"getblockcount","params":[]}');
    assert.equal(first.status, 500);
    assert.deepEqual(await first.json(), {
      result: null,
      error: { code: -28, message: 'Loading block index…' },
      id: 7,
    });
    const second = await post('{"jsonrpc":"2.0","id":8,"method":"getblockcount"}');
    assert.equal(second.status, 200);
    assert.deepEqual(await second.json(), {
      jsonrpc: '2.0',
      error: { code: -28, message: 'Loading block index…' },
      id: 8,
    });
    gateway.allow('getblockcount');
    assert.equal(await client.call('getblockcount'), 0);
  });

  it('changes a result where told to, alone and within a batch', async () => {
    gateway.rewrite('getblockheader', (_, result) => `${String(result)}${'00'.repeat(84)}`);
    const header = await client.call<string>('getblockheader', [GENESIS, false]);
    assert.equal(header.length, 2 * 164);
    const [hash, again] = await client.batch([
      { method: 'getblockhash', params: [0] },
      { method: 'getblockheader', params: [GENESIS, false] },
    ]);
    assert.deepEqual([hash, again], [GENESIS, header]);
    assert.equal(await codeOf(client.call('getblockheader', ['00'.repeat(32), false])), -5); // errors stay the node's
  });

  it('survives what is no JSON-RPC, and bodies beyond its cap', async () => {
    for (const body of ['', 'null', '[]', '[1]', '"x"', '{', '{"method":{}}', '\u0000'])
      assert.ok((await post(body)).status >= 200, body);
    const huge = await post('x'.repeat(33 * 1024 * 1024)).then(
      ({ status }) => status,
      () => 'closed',
    );
    assert.ok(huge === 413 || huge === 'closed', String(huge));
    assert.equal(await client.call('getblockcount'), 0);
  });

  it('cuts long parameters in its record', async () => {
    await codeOf(client.call('sendrawtransaction', ['ff'.repeat(50_000)]));
    assert.equal(gateway.calls[0]?.params.length, 2_000);
  });

  it('says 502 when the node is gone', async () => {
    const orphan = await ChainGateway.start({ url: 'http://127.0.0.1:1', user: 'x', password: 'y' });
    const lost = new RpcClient(orphan.rpc);
    assert.equal(await codeOf(lost.call('getblockcount')), 502);
    lost.close();
    await orphan.stop();
  });
});
