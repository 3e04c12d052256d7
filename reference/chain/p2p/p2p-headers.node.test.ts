/** Headers from a real bitcoind by its P2P port, beside those of its REST interface. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { Regtest } from '../../../conformance/chain/regtest.ts';
import { startChain, type Chain } from '../../../conformance/chain/start.ts';
import { parametersOf } from '../../core/chain-parameters.ts';
import { refuses } from '../../core/expect-error.ts';
import { HeaderChain } from '../../core/header-chain.ts';
import { printHash } from '../../core/hex.ts';
import { p2pHeaders } from './p2p-headers.ts';

const MAIN = '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f';

describe('p2pHeaders of a real bitcoind', function () {
  this.timeout(120_000);
  let chain: Chain;
  let regtest: Regtest;
  let genesis = '';
  let own: HeaderChain;

  before(async () => {
    chain = await startChain();
    regtest = await Regtest.create(chain.rpc);
    genesis = await chain.rpc.call<string>('getblockhash', [0]);
    const header = await chain.rpc.call<string>('getblockheader', [genesis, false]);
    const checkpoint = { height: 0, hash: genesis, header, previous_times: [], chainwork: '2'.padStart(64, '0') };
    own = new HeaderChain(parametersOf(genesis), checkpoint);
  });
  after(async () => chain.stop());

  const update = async (): Promise<void> =>
    p2pHeaders(`p2p://${chain.p2p}`, genesis).update(own, Math.floor(Date.now() / 1000));
  const agrees = async (): Promise<void> => {
    assert.equal(printHash(own.tip.hash), await chain.rpc.call<string>('getbestblockhash'));
    const { chainwork } = await chain.rpc.call<{ chainwork: string }>('getblockchaininfo');
    assert.equal(own.tip.work.toString(16).padStart(64, '0'), chainwork);
  };

  it('come to the best block and the work that it names', async () => {
    await update();
    await agrees();
    await regtest.mine(3);
    await update();
    await agrees();
  });
  it('follow it through a reorganisation, and say what it has where nothing is new', async () => {
    const height = await chain.rpc.call<number>('getblockcount');
    await chain.rpc.call('invalidateblock', [await chain.rpc.call<string>('getblockhash', [height - 2])]);
    await regtest.mine(4);
    await update();
    await agrees();
    own.listen();
    await update();
    assert.equal(own.heard, own.tip);
  });
  it('are none of another network', async () => {
    await refuses(async () => p2pHeaders(`p2p://${chain.p2p}`, MAIN).update(own, 2_000_000_000), 'MDT_SOURCE');
  });
});
