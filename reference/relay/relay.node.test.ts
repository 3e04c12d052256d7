/** A relay on a real bitcoind: what it registers is mined, and a reader takes it. */
import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { Regtest } from '../../conformance/chain/regtest.ts';
import { startChain, type Chain } from '../../conformance/chain/start.ts';
import type { BitcoinNode } from '../chain/bitcoin-node.ts';
import { connectNode } from '../chain/rpc-node.ts';
import { parametersOf } from '../core/chain-parameters.ts';
import { HeaderChain } from '../core/header-chain.ts';
import { verifyRegistration } from '../core/pat/registration.ts';
import { Place, RegistrationMode, type GetRegistrationResponse } from '../gen/proto/milagro/trust/v1/relay.ts';
import type { PatSignedStatement } from '../gen/schemas.ts';
import { registrationOf, REGTEST_CHECKPOINT } from './test-registration.ts';
import { COIN_ADDRESS, TestRelay } from './test-relay.ts';

const { REGISTRATION_MODE_DIRECT: DIRECT, REGISTRATION_MODE_BATCHED: BATCHED } = RegistrationMode;
let chain: Chain;
let regtest: Regtest;
let node: BitcoinNode;
let relay: TestRelay;

async function call<T>(method: string, ...params: unknown[]): Promise<T> {
  return chain.rpc.call<T>(method, params);
}

async function mine(count = 1): Promise<void> {
  await regtest.mine(count);
  await relay.beat();
}

/** Blocks that hold nothing, whatever waits. */
async function mineEmpty(count: number): Promise<void> {
  for (let block = 0; block < count; block += 1) await call('generateblock', 'raw(51)#8lvh9jxk', []);
  await relay.beat();
}

async function disconnect(count: number): Promise<void> {
  const height = await call<number>('getblockcount');
  await call('invalidateblock', await call<string>('getblockhash', height - count + 1));
  await relay.beat();
}

/** All headers that the relay gives, as a client counts them. */
async function headerChain(): Promise<HeaderChain> {
  const headers = new HeaderChain(parametersOf(relay.genesis), REGTEST_CHECKPOINT);
  for (;;) {
    const known = [Buffer.from(headers.tip.hash).reverse()];
    const { headers: more } = await relay.call('getHeaders', { known, limit: 0 });
    if (more.length === 0) return headers;
    headers.add(more, Date.now() / 1000 + 7_200);
  }
}

async function verified(signed: PatSignedStatement, shown: GetRegistrationResponse): Promise<void> {
  const expected = { subjectKey: signed.statement.subject_key };
  verifyRegistration(registrationOf(signed, shown), expected, await headerChain(), 1);
}

async function register(what: string, mode: RegistrationMode): Promise<{ signed: PatSignedStatement; id: Buffer }> {
  const { octets, ...signed } = await relay.signed(what);
  const signature = Buffer.from(signed.signature, 'hex');
  const request = { statement: octets, signature, mode, idempotencyKey: Buffer.alloc(0) };
  const { registrationId: id } = await relay.call('registerSignature', request);
  return { signed, id };
}

const registration = async (id: Buffer): Promise<GetRegistrationResponse> =>
  relay.call('getRegistration', { registrationId: id });
const mempool = async (): Promise<string[]> => call<string[]>('getrawmempool');

describe('a relay on bitcoind', () => {
  before(async () => {
    chain = await startChain();
    regtest = await Regtest.create(chain.rpc);
    node = connectNode(chain.targetRpc);
    relay = await TestRelay.start(node);
    await relay.beat();
    const lack = relay.relay.lacks();
    assert.equal(lack?.address, COIN_ADDRESS);
    await regtest.pay(COIN_ADDRESS, lack.missingSat);
    await relay.beat();
    assert.equal(relay.relay.lacks(), undefined, 'unconfirmed coin will do');
  });
  after(async () => {
    await relay.stop();
    await chain.stop();
    assert.deepEqual(relay.faults, []);
  });

  it('registers a signature DIRECT and others BATCHED, and gives what a reader takes', async () => {
    const direct = await register('direct', DIRECT);
    const batched = [];
    for (const what of ['a', 'b', 'c']) batched.push(await register(what, BATCHED));
    await relay.beat();
    assert.equal((await registration(direct.id)).place, Place.PLACE_UNCONFIRMED);
    assert.ok((await mempool()).includes((await registration(direct.id)).txid.toString('hex')));
    assert.equal((await registration(batched[0]!.id)).txid.length, 0, 'the block has not come');
    await mine();
    await verified(direct.signed, await registration(direct.id));
    await mine();
    const shown = await Promise.all(batched.map(async ({ id }) => registration(id)));
    assert.equal(new Set(shown.map(({ txid }) => txid.toString('hex'))).size, 1);
    for (const [at, each] of batched.entries()) await verified(each.signed, shown[at]!);
  });
});
