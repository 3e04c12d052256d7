import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refuses } from '../core/expect-error.ts';
import { REGTEST_GENESIS } from '../core/fixtures/grown-lineage.ts';
import { connectRpc, type RpcAccess } from './rpc-client.ts';
import { connectNode } from './rpc-node.ts';
import { isFeeRefusal, RpcRefusal } from './rpc-refusal.ts';

const PASSWORD = 'planted-rpc-password';
let server: Server | undefined;

interface Reply {
  readonly status?: number;
  readonly body: string;
}

/** A server that answers as no honest node does; what an honest one answers the kit shows on bitcoind. */
async function answering(
  reply: (request: { path: string; method: string; params: unknown }) => Reply | 'hang up' | 'hang' | Promise<Reply>,
): Promise<RpcAccess> {
  server = createServer((request, response) => {
    void bodyOf(request).then(async (text) => {
      const { method, params } = JSON.parse(text) as { method: string; params: unknown };
      const answer = await reply({ path: request.url ?? '', method, params });
      if (answer === 'hang') return undefined;
      if (answer === 'hang up') return request.socket.destroy();
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' }).end(answer.body);
      return undefined;
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, user: 'target', password: PASSWORD };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

const result = (value: unknown): Reply => ({ body: JSON.stringify({ result: value, error: null, id: 1 }) });
const failure = (code: number, message: string, status = 500): Reply => ({
  status,
  body: JSON.stringify({ result: null, error: { code, message }, id: 1 }),
});

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

describe('connectRpc', () => {
  it('gives the result as the node wrote it', async () => {
    const call = connectRpc(await answering(({ method, params }) => result([method, params])));
    assert.deepEqual(await call('getblockhash', 7), ['getblockhash', [7]]);
  });

  it('keeps the code of a refusal', async () => {
    const call = connectRpc(await answering(() => failure(-25, 'bad-txns')));
    await assert.rejects(call('sendrawtransaction', '00'), {
      name: 'RpcRefusal',
      code: -25,
      method: 'sendrawtransaction',
    });
  });

  const unusable: readonly (readonly [what: string, reply: Reply | 'hang up'])[] = [
    ['status 401', { status: 401, body: '' }],
    ['status 403 without a body', { status: 403, body: '' }],
    ['status 502 with HTML', { status: 502, body: '<html>' }],
    ['an answer that is not JSON', { body: 'OK' }],
    ['a node that warms up', failure(-28, 'Loading block index')],
    ['a connection that is cut', 'hang up'],
  ];
  for (const [what, reply] of unusable) {
    it(`calls ${what} MDT_CHAIN_UNAVAILABLE and shows no credential`, async () => {
      const call = connectRpc(await answering(() => reply));
      await refuses(() => call('getblockhash', 7), 'MDT_CHAIN_UNAVAILABLE', 'chain.rpc');
      const error = await call('getblockhash', 7).catch((caught: unknown) => caught as Error);
      const shown = JSON.stringify(error, Object.getOwnPropertyNames(error));
      assert.doesNotMatch(shown, new RegExp(`${PASSWORD}|${Buffer.from(`target:${PASSWORD}`).toString('base64')}`));
    });
  }

  it('calls nobody there MDT_CHAIN_UNAVAILABLE', async () => {
    const access = await answering(() => result(0));
    server?.close();
    await refuses(() => connectRpc(access)('getblockhash', 7), 'MDT_CHAIN_UNAVAILABLE', 'chain.rpc');
  });
});

describe('the node behind RPC', () => {
  it('calls answers of another form MDT_CHAIN_UNAVAILABLE and names the member', async () => {
    const node = connectNode(
      await answering(({ method }) => result(method === 'getblockchaininfo' ? { blocks: '7' } : null)),
    );
    await refuses(() => node.tip(), 'MDT_CHAIN_UNAVAILABLE', 'blocks');
    await refuses(() => node.bestBlockHash(), 'MDT_CHAIN_UNAVAILABLE', 'getbestblockhash');
    await refuses(() => node.blockContent('00'), 'MDT_CHAIN_UNAVAILABLE', '');
  });

  it('asks once for what a hash names, and again for a header that is not that of the hash', async () => {
    const GENESIS_HEADER = `01000000${'00'.repeat(32)}3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4adae5494dffff7f2002000000`;
    const asked: string[] = [];
    let header = `${GENESIS_HEADER}${'00'.repeat(84)}`;
    const node = connectNode(
      await answering(({ method }) => {
        asked.push(method);
        if (method === 'getblock') return result({ height: 0, tx: ['ab'] });
        return result(method === 'getblockheader' ? header : 'c0ffee');
      }),
    );
    for (const ask of [
      async () => node.blockContent(REGTEST_GENESIS),
      async () => node.transactionHex('ab', REGTEST_GENESIS),
      async () => node.headerHex(REGTEST_GENESIS),
    ])
      assert.deepEqual(await ask(), await ask());
    assert.deepEqual(asked.splice(0), ['getblock', 'getrawtransaction', 'getblockheader', 'getblockheader']);
    header = GENESIS_HEADER;
    assert.equal(await node.headerHex(REGTEST_GENESIS), GENESIS_HEADER);
    assert.equal(await node.headerHex(REGTEST_GENESIS), GENESIS_HEADER);
    await node.transactionHex('cd', REGTEST_GENESIS);
    assert.deepEqual(asked, ['getblockheader', 'getrawtransaction']);
  });

  it('asks for the tip above a height, and gives the node time', async () => {
    const node = connectNode(
      await answering(({ method, params }) => {
        assert.deepEqual([method, params], ['waitforblockheight', [8, 500]]);
        return result({ hash: 'ab', height: 8 });
      }),
    );
    assert.deepEqual(await node.tipAbove(7, 500), { hash: 'ab', height: 8 });
  });

  it('takes a transaction that is in a block already as broadcast, and no other refusal', async () => {
    await connectNode(await answering(() => failure(-27, 'Transaction outputs already in utxo set'))).broadcast('00');
    server?.close();
    await assert.rejects(connectNode(await answering(() => failure(-26, 'min relay fee not met'))).broadcast('00'), {
      code: -26,
    });
  });

  it('hands a transaction over at whatever fee: the limit is the operator’s, not the node’s', async () => {
    const asked: unknown[] = [];
    const node = await answering(({ params }) => {
      asked.push(params);
      return result('00'.repeat(32));
    });
    await connectNode(node).broadcast('00');
    assert.deepEqual(asked, [['00', 0]]);
  });

  it('reads fee rates in satoshi per virtual byte, and goes without an estimate where the node has none', async () => {
    const rates = async (estimate: Reply): Promise<unknown> => {
      server?.close();
      const node = await answering(({ method }) =>
        method === 'estimatesmartfee' ? estimate : result({ mempoolminfee: 0.00001, incrementalrelayfee: 0.000001 }),
      );
      return connectNode(node).feeRates(6);
    };
    const without = { minimum: 1, increment: 0.1, estimate: undefined };
    assert.deepEqual(await rates(result({ feerate: 0.00012345, blocks: 6 })), { ...without, estimate: 12.345 });
    assert.deepEqual(await rates(result({ errors: ['Insufficient data or no feerate found'], blocks: 6 })), without);
    assert.deepEqual(await rates({ status: 403, body: '' }), without);
  });

  it('tells a refusal for the fee from the others of the mempool', async () => {
    const reasons = [
      'min relay fee not met, 100 < 207',
      'mempool min fee not met, 414 < 1035',
      'insufficient fee, rejecting replacement ab; new feerate 0.00001 BTC/kvB <= old feerate 0.00002 BTC/kvB',
      'dust',
      'txn-mempool-conflict',
    ];
    const told = reasons.map((reason) => isFeeRefusal(new RpcRefusal(-26, 'sendrawtransaction', reason)));
    assert.deepEqual(told, [true, true, true, false, false]);
    assert.equal(isFeeRefusal(new RpcRefusal(-25, 'sendrawtransaction', 'insufficient fee')), false);
  });

  it('knows no transaction where its wallet knows none, and says where the wallet stands', async () => {
    const node = connectNode(
      await answering(({ path }) =>
        path === '/wallet/mdt-1' ? failure(-5, 'Invalid or non-wallet transaction id') : result(0),
      ),
    );
    assert.equal(await node.wallet('mdt-1').transaction('00'), undefined);
  });

  it('reads coins in satoshi without a rounding error', async () => {
    const coin = { txid: 'ab', vout: 1, amount: 0.29, confirmations: 3 };
    const node = connectNode(await answering(() => result([coin])));
    assert.deepEqual(await node.wallet('mdt-1').coins(), [
      { txid: 'ab', vout: 1, value: 29_000_000, confirmations: 3 },
    ]);
  });

  it('creates the wallet that is missing, watches without private keys, and imports once', async () => {
    const asked: string[] = [];
    let imported = false;
    const access = await answering(({ path, method, params }) => {
      asked.push(method);
      if (method === 'loadwallet') return imported ? failure(-35, 'already loaded') : failure(-18, 'not found');
      if (method === 'createwallet') assert.deepEqual((params as unknown[]).slice(0, 3), ['mdt-1', true, true]);
      if (method === 'getdescriptorinfo') return result({ descriptor: 'wpkh(02)#sum' });
      if (method === 'listdescriptors') return result({ descriptors: imported ? [{ desc: 'wpkh(02)#sum' }] : [] });
      if (method === 'importdescriptors') {
        assert.equal(path, '/wallet/mdt-1');
        assert.deepEqual(params, [[{ desc: 'wpkh(02)#sum', timestamp: 'now' }]]);
        imported = true;
        return result([{ success: true }]);
      }
      return result({});
    });
    const wallet = connectNode(access).wallet('mdt-1');
    await wallet.watch('wpkh(02)', false);
    await wallet.watch('wpkh(02)', false);
    assert.equal(asked.filter((method) => method === 'importdescriptors').length, 1);
    assert.equal(asked.filter((method) => method === 'createwallet').length, 1);
  });

  it('is not ready while the node still scans the chain for a key that another life had it watch', async () => {
    let scanning: unknown = { duration: 60, progress: 0.256 };
    const access = await answering(({ method, path }) => {
      if (method === 'listdescriptors') return result({ descriptors: [{ desc: 'wpkh(02)#sum' }] });
      if (method === 'getwalletinfo') assert.equal(path, '/wallet/mdt-1');
      return result(method === 'getwalletinfo' ? { scanning } : {});
    });
    const wallet = connectNode(access).wallet('mdt-1');
    await refuses(async () => wallet.watch('wpkh(02)', true), 'MDT_CHAIN_UNAVAILABLE', 'chain.rpc');
    await assert.rejects(wallet.watch('wpkh(02)', true), /25 %/);
    scanning = false;
    await wallet.watch('wpkh(02)', true);
  });

  it('waits longer for an import, which scans the chain, than for any other call', async () => {
    // Deadlines are of hours, so what is looked at is the timers that are set.
    const deadlines: number[] = [];
    const original = globalThis.setTimeout;
    globalThis.setTimeout = ((wake: () => void, ms?: number) => {
      deadlines.push(ms ?? 0);
      return original(wake, ms);
    }) as typeof setTimeout;
    try {
      const call = connectRpc(await answering(() => result([])), 'mdt-1');
      const longest = async (method: string): Promise<number> => {
        deadlines.length = 0;
        await call(method);
        return Math.max(...deadlines);
      };
      assert.equal(await longest('listunspent'), 15_000);
      assert.equal(await longest('importdescriptors'), 86_400_000);
    } finally {
      globalThis.setTimeout = original;
    }
  });

  it('passes on the refusal of an import', async () => {
    const access = await answering(({ method }) => {
      if (method === 'getdescriptorinfo') return result({ descriptor: 'd' });
      if (method === 'listdescriptors') return result({ descriptors: [] });
      return method === 'importdescriptors'
        ? result([{ success: false, error: { code: -4, message: 'no' } }])
        : result({});
    });
    await assert.rejects(connectNode(access).wallet('mdt-1').watch('d', true), { name: 'RpcRefusal', code: -4 });
  });
});

describe('a look through all unspent outputs', () => {
  const SCAN = result({ unspents: [] });
  /** Quick calls end after this, in milliseconds; a look has minutes. */
  const QUICK_MS = 100;

  it('ends with MDT_CHAIN_UNAVAILABLE where the node takes the connection and never answers', async () => {
    const access = await answering(() => 'hang');
    await refuses(() => connectNode(access, QUICK_MS).unspentOutputs('51'), 'MDT_CHAIN_UNAVAILABLE', 'chain.rpc');
  });

  it('lasts longer than quick calls may while the node answers these', async () => {
    const looked = Promise.withResolvers<Reply>();
    const access = await answering(({ method }) => (method === 'scantxoutset' ? looked.promise : result('00')));
    setTimeout(() => looked.resolve(SCAN), 3 * QUICK_MS);
    assert.deepEqual(await connectNode(access, QUICK_MS).unspentOutputs('51'), []);
  });
});
