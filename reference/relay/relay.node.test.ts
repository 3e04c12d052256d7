/** A relay on a real bitcoind: what it registers is mined, and a reader takes it. */
import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { locatorFrom, proofFrom } from '../chain/relay-messages.ts';
import { randomBytes } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { Regtest } from '../../conformance/chain/regtest.ts';
import { startChain, type Chain } from '../../conformance/chain/start.ts';
import { signAnchor, type SignedAnchor, type SpendableCoin } from '../chain/anchor-builder.ts';
import type { BitcoinNode } from '../chain/bitcoin-node.ts';
import { connectNode } from '../chain/rpc-node.ts';
import { checkLocator, verifyAnchorProof } from '../core/anchor-proof.ts';
import { verifyChainSignature } from '../core/chain-signature.ts';
import { parametersOf } from '../core/chain-parameters.ts';
import { REGTEST_GENESIS } from '../core/fixtures/grown-lineage.ts';
import { HeaderChain } from '../core/header-chain.ts';
import { verifyRegistration } from '../core/pat/registration.ts';
import { encodePayload, type Payload } from '../core/payload.ts';
import { p2wpkhAddress, p2wpkhScript } from '../core/public-key-script.ts';
import { Place, RegistrationMode, type GetRegistrationResponse } from '../gen/proto/milagro/trust/v1/relay.ts';
import type { PatSignedStatement } from '../gen/schemas.ts';
import { registrationOf, REGTEST_CHECKPOINT } from './test-registration.ts';
import { COIN_ADDRESS, COIN_KEY, COIN_PUBLIC_KEY, EVERY_ANCHOR, TestRelay } from './test-relay.ts';

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
    const { headers: more } = await relay.call('getHeaders', { known, limit: 0, fromHeight: 0 });
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
    // A slow machine reads the first blocks in several spells.
    for (let spell = 0; spell < 50 && !relay.relay.lacks(); spell += 1) await relay.beat();
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

  it('hands to the node again what a reorganisation took out, and the same batch (MDT-RLY-026, -031)', async () => {
    const direct = await register('taken out', DIRECT);
    const batched = await register('taken out, too', BATCHED);
    await mine(2);
    const before = [await registration(direct.id), await registration(batched.id)];
    await disconnect(2);
    assert.equal((await registration(batched.id)).place, Place.PLACE_UNCONFIRMED);
    await mineEmpty(3);
    const waiting = await mempool();
    for (const { txid } of before) assert.ok(waiting.includes(txid.toString('hex')));
    await mine();
    const again = [await registration(direct.id), await registration(batched.id)];
    assert.deepEqual(
      again.map(({ txid }) => txid),
      before.map(({ txid }) => txid),
    );
    assert.notDeepEqual(again[1]?.locator?.blockHash, before[1]?.locator?.blockHash);
    await verified(direct.signed, again[0]!);
    await verified(batched.signed, again[1]!);
  });

  it('loses nothing when it is killed, nor when its node has forgotten what waited (MDT-RLY-023, -025, -031)', async () => {
    const first = [await register('killed 1', BATCHED), await register('killed 2', BATCHED)];
    const direct = await register('killed 3', DIRECT);
    await relay.restart();
    await relay.beat();
    const late = await register('killed 4', BATCHED);
    await mine();
    const txids = async (): Promise<string[]> =>
      Promise.all([...first, late].map(async ({ id }) => (await registration(id)).txid.toString('hex')));
    const [batch = '', ...others] = await txids();
    assert.deepEqual(others, [batch, batch]);
    assert.ok((await mempool()).includes(batch));
    await disconnect(1);
    for (const wallet of await call<string[]>('listwallets')) await call('unloadwallet', wallet, false);
    await chain.restart();
    assert.deepEqual((await mempool()).includes(batch), false);
    await relay.restart();
    await relay.beat();
    assert.ok((await mempool()).includes(batch));
    assert.ok((await mempool()).includes((await registration(direct.id)).txid.toString('hex')));
    await mine(2);
    assert.deepEqual(await txids(), [batch, batch, batch]);
    for (const each of [...first, late, direct]) await verified(each.signed, await registration(each.id));
  });

  it('takes 40 DIRECT registrations between two blocks', async () => {
    const direct = [];
    for (let each = 0; each < 40; each += 1) direct.push(await register(`many ${each}`, DIRECT));
    await relay.beat();
    const waiting = await mempool();
    for (const { id } of direct) assert.ok(waiting.includes((await registration(id)).txid.toString('hex')));
    await mine();
    await verified(direct[39]!.signed, await registration(direct[39]!.id));
  });

  it('brings a client from anywhere to the tip, and goes on with it over a reorganisation (MDT-RLY-004 to -006)', async () => {
    const tip = await relay.call('getTip', {});
    assert.equal(tip.height, await call<number>('getblockcount'));
    assert.equal(tip.header.toString('hex'), await call('getblockheader', await call('getbestblockhash'), false));
    const own = await headerChain();
    const stream = relay.client.watchHeaders({ known: [Buffer.alloc(32), Buffer.from(own.tip.hash).reverse()] });
    const heard: number[] = [];
    stream.on('data', ({ height, headers }: { height: number; headers: Buffer[] }) => {
      heard.push(height);
      own.add(headers, Date.now() / 1000 + 7_200);
    });
    stream.on('error', () => undefined);
    await mine(2);
    await disconnect(2);
    await mineEmpty(3);
    const best = await call<string>('getbestblockhash');
    for (let turn = 0; turn < 100 && Buffer.from(own.tip.hash).reverse().toString('hex') !== best; turn += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    stream.cancel();
    assert.equal(Buffer.from(own.tip.hash).reverse().toString('hex'), best);
    assert.ok(heard.includes(tip.height + 1));
    assert.equal((await relay.call('getHeaders', { known: [], limit: 3, fromHeight: 0 })).height, 1);
  });

  it('answers where its anchors are, and proves it (MDT-RLY-007, -009, -010, -012, -014)', async () => {
    const { id } = await register('found', DIRECT);
    await relay.beat();
    await mine(4);
    const { txid, locator } = await registration(id);
    const found = await relay.call('findAnchors', { ...EVERY_ANCHOR, kinds: [0x10], fromHeight: locator!.height });
    assert.ok(found.anchors.some((each) => each.locator?.txid.equals(txid)));
    const status = await relay.call('getTransactionStatus', { txid });
    assert.deepEqual([status.place, status.confirmations], [Place.PLACE_CONFIRMED, 4]);
    const { proof, locator: place } = await relay.call('getAnchorProof', { txid, confirmations: 4 });
    const shown = proofFrom(proof!);
    checkLocator(locatorFrom(place!), verifyAnchorProof(shown, 4), shown, REGTEST_GENESIS, '');
    assert.ok(shown.prevout_value > 0);
    await relay.refuses('getAnchorProof', { txid, confirmations: 5 }, 'MDT_CONFIRMATIONS');
    const seen: number[] = [];
    const stream = relay.client.watchAnchor({ txid, confirmations: 5 });
    stream.on('data', ({ confirmations }: { confirmations: number }) => seen.push(confirmations));
    const ended = new Promise((resolve) => stream.on('end', resolve));
    await new Promise((resolve) => stream.once('data', resolve));
    await mine();
    await ended;
    assert.deepEqual(seen, [4, 5]);
  });

  it('follows a lineage by what its members spend, and proves it (MDT-RLY-008, -009, -011, -017)', async () => {
    const key = randomBytes(32);
    const publicKey = secp256k1.getPublicKey(key, true);
    const paid = await regtest.pay(p2wpkhAddress(publicKey, 'bcrt'), 100_000);
    const { vout } = await outputTo(paid, publicKey);
    const [entityId, digest] = [randomBytes(32), randomBytes(32)];
    const sign = (coin: SpendableCoin, payload: Payload): SignedAnchor =>
      signAnchor({ coins: [coin], payload: encodePayload(payload), continuationKey: publicKey, feeSatVb: 2 }, key);
    const birth = sign(
      { txid: paid, vout, value: 100_000 },
      { kind: 'BIRTH', role: 'idp', digest: entityId, hostHint: '' },
    );
    const status = sign(birth.continuation, { kind: 'STATUS', digest, entityId });
    for (const { transaction, txid } of [birth, status, birth]) {
      const answer = await relay.call('broadcastTransaction', { transaction: Buffer.from(transaction, 'hex') });
      assert.equal(answer.txid.toString('hex'), txid);
    }
    assert.equal(
      (await relay.call('getTransactionStatus', { txid: Buffer.from(status.txid, 'hex') })).confirmations,
      0,
    );
    await mine();
    const { anchors } = await relay.call('findAnchors', { ...EVERY_ANCHOR, entityId });
    assert.deepEqual(
      anchors.map(({ locator, birthTxid }) => [locator?.txid.toString('hex'), birthTxid.toString('hex')]),
      [birth, status].map(({ txid }) => [txid, birth.txid]),
    );
    assert.equal((await relay.call('findAnchors', { ...EVERY_ANCHOR, digest })).anchors.length, 1);
    const birthTxid = Buffer.from(birth.txid, 'hex');
    const { lineage } = await relay.call('getLineageProof', { birthTxid, confirmations: 1 });
    assert.equal(lineage?.transactions.length, 2);
    for (const { proof, locator } of lineage.proofs) {
      const shown = proofFrom(proof!);
      const proven = verifyAnchorProof(shown, 1);
      checkLocator(locatorFrom(locator!), proven, shown, REGTEST_GENESIS, '');
      verifyChainSignature(proven.transaction, publicKey, shown.prevout_value, '');
    }
    assert.deepEqual(
      lineage.proofs.map(({ link }) => link),
      [0, 1],
    );
    await relay.refuses('getLineageProof', { birthTxid, confirmations: 2 }, 'MDT_CONFIRMATIONS');
    await relay.refuses('getLineageProof', { birthTxid: digest, confirmations: 1 }, 'MDT_NOT_FOUND');
  });

  it('gives the reason of a refusal, and tells octets that are no transaction (MDT-RLY-018, -019)', async () => {
    for (const octets of [1, 420_000, 1_048_000])
      await relay.refuses('broadcastTransaction', { transaction: Buffer.alloc(octets) }, 'MDT_MALFORMED_TX');
    const stray = signAnchor(
      {
        coins: [{ txid: '11'.repeat(32), vout: 0, value: 10_000 }],
        payload: encodePayload({ kind: 'PAT_SIGNATURE', signature: new Uint8Array(64) }),
        continuationKey: COIN_PUBLIC_KEY,
        feeSatVb: 2,
      },
      COIN_KEY,
    );
    const transaction = Buffer.from(stray.transaction, 'hex');
    const error = await relay.refuses('broadcastTransaction', { transaction }, 'MDT_TX_REFUSED', 'transaction');
    const [details] = error.metadata.get('grpc-status-details-bin');
    assert.match(String(details), /reject_reason[^]*bad-txns-inputs-missingorspent/);
    await relay.refuses('getTransactionStatus', { txid: Buffer.from(stray.txid, 'hex') }, 'MDT_NOT_FOUND', 'txid');
  });

  it('finds one that others had mined before it was handed to it (MDT-RLY-012, -017)', async () => {
    const txid = await regtest.pay(COIN_ADDRESS, 5_000);
    await mine();
    const height = await call<number>('getblockcount');
    const transaction = await call<string>('getrawtransaction', txid, false, await call('getblockhash', height));
    await relay.call('broadcastTransaction', { transaction: Buffer.from(transaction, 'hex') });
    const status = await relay.call('getTransactionStatus', { txid: Buffer.from(txid, 'hex') });
    assert.deepEqual([status.confirmations, status.locator?.height], [1, height]);
  });

  it('lists and proves the coin of a script, and knows what a transaction has to pay (MDT-RLY-015, -016)', async () => {
    const publicKey = secp256k1.getPublicKey(randomBytes(32), true);
    const paid = await regtest.pay(p2wpkhAddress(publicKey, 'bcrt'), 12_345);
    await regtest.pay(p2wpkhAddress(publicKey, 'bcrt'), 54_321);
    const script = Buffer.from(p2wpkhScript(publicKey));
    assert.deepEqual((await relay.call('listUnspent', { script })).outputs, []);
    await mine();
    const { outputs } = await relay.call('listUnspent', { script });
    assert.deepEqual(new Set(outputs.map(({ value }) => Number(value))), new Set([12_345, 54_321]));
    const output = outputs.find(({ locator }) => locator?.txid.toString('hex') === paid);
    assert.equal(output?.locator?.vout, (await outputTo(paid, publicKey)).vout);
    const fee = await relay.call('estimateFee', { blocks: 2 });
    assert.ok(fee.minimumSatPerKvb > 0n && fee.satPerKvb >= fee.minimumSatPerKvb);
  });
}).timeout(60_000);

async function outputTo(txid: string, publicKey: Uint8Array): Promise<{ vout: number }> {
  const output = await Promise.all(
    [0, 1].map(async (vout) => call<{ scriptPubKey: { hex: string } }>('gettxout', txid, vout)),
  );
  const script = Buffer.from(p2wpkhScript(publicKey)).toString('hex');
  return { vout: output.findIndex(({ scriptPubKey }) => scriptPubKey.hex === script) };
}
