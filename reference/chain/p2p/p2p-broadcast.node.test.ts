/** A transaction offered to a real bitcoind by its P2P port. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { Regtest } from '../../../conformance/chain/regtest.ts';
import { startChain, type Chain } from '../../../conformance/chain/start.ts';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { refuses } from '../../core/expect-error.ts';
import { p2wpkhAddress } from '../../core/public-key-script.ts';
import { signAnchor } from '../anchor-builder.ts';
import { offerByP2p } from './p2p-broadcast.ts';

describe('offerByP2p to a real bitcoind', function () {
  this.timeout(120_000);
  let chain: Chain;
  let regtest: Regtest;
  let genesis = '';

  before(async () => {
    chain = await startChain();
    regtest = await Regtest.create(chain.rpc);
    genesis = await chain.rpc.call<string>('getblockhash', [0]);
  });
  after(async () => chain.stop());

  /** A transaction that nobody has seen: it spends a confirmed coin of a key of the test's. */
  async function unseen(): Promise<{ octets: Uint8Array; txid: string }> {
    const secret = secp256k1.utils.randomSecretKey();
    const key = secp256k1.getPublicKey(secret, true);
    const txid = await regtest.pay(p2wpkhAddress(key, 'bcrt'), 30_000);
    await regtest.mine(1);
    const vout = (await chain.rpc.call<{ value: number } | null>('gettxout', [txid, 0]))?.value === 0.0003 ? 0 : 1;
    const plan = { coins: [{ txid, vout, value: 30_000 }] as const, continuationKey: key, feeSatVb: 2 };
    const signed = signAnchor({ ...plan, payload: Buffer.alloc(64, 1) }, secret);
    return { octets: hexToBytes(signed.transaction), txid: signed.txid };
  }
  const mempool = async (): Promise<string[]> => chain.rpc.call<string[]>('getrawmempool');

  it('gives what the node asks for, which then waits to be mined', async () => {
    const { octets, txid } = await unseen();
    assert.ok(!(await mempool()).includes(txid));
    await offerByP2p(`p2p://${chain.p2p}`, genesis, octets);
    assert.ok((await mempool()).includes(txid));
  });
  it('says that the node does not ask for what it has', async () => {
    const { octets } = await unseen();
    await offerByP2p(`p2p://${chain.p2p}`, genesis, octets);
    await refuses(
      async () => offerByP2p(`p2p://${chain.p2p}`, genesis, octets, 3_000),
      'MDT_SOURCE',
      `p2p://${chain.p2p}`,
    );
  });
  it('offers nothing that is no transaction', async () => {
    await refuses(async () => offerByP2p(`p2p://${chain.p2p}`, genesis, Buffer.alloc(10)), 'MDT_MALFORMED_TX');
  });
});
