import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { outage, SimulatedNode } from '../chain/simulated-node.ts';
import { read } from '../chain/simulated-mempool.ts';
import { RPC_TRANSACTION_ERROR, RpcRefusal } from '../chain/rpc-refusal.ts';
import { readPayload } from '../core/anchor-transaction.ts';
import { canonicalOctets } from '../core/canonical.ts';
import { Place, RegistrationMode, type RegisterSignatureRequest } from '../gen/proto/milagro/trust/v1/relay.ts';
import { Clock } from '../runtime/clock.ts';
import { COIN_ADDRESS, COIN_PUBLIC_KEY, TestRelay } from './test-relay.ts';

const { REGISTRATION_MODE_DIRECT: DIRECT, REGISTRATION_MODE_BATCHED: BATCHED } = RegistrationMode;
const PRIVATE = { coin: 1_000_000 };
let node: SimulatedNode;
let relay: TestRelay;

async function start(coin: number = PRIVATE.coin, clock = new Clock()): Promise<void> {
  node = new SimulatedNode(20);
  relay = await TestRelay.start(node, { clock });
  await relay.beat();
  if (coin > 0) node.pay(COIN_PUBLIC_KEY, coin);
  await relay.beat();
}

async function block(): Promise<void> {
  node.mine(1);
  await relay.beat();
}

/** Payloads of registrations that were handed to the node, in order. */
function handed(): string[] {
  return node.broadcasts.map((hex) => {
    const payload = readPayload(read(hex), '');
    return payload.kind === 'PAT_BATCH' ? `batch of ${payload.leafCount}` : payload.kind;
  });
}

const shown = async (id: Buffer) => relay.call('getRegistration', { registrationId: id });

async function request(what: string, changes: Partial<RegisterSignatureRequest> = {}, depth = 6) {
  const { octets, signature } = await relay.signed(what, depth);
  const asked = { statement: octets, signature: Buffer.from(signature, 'hex'), mode: BATCHED };
  return { ...asked, idempotencyKey: Buffer.alloc(0), ...changes };
}

describe('registrations of a relay', () => {
  afterEach(async () => {
    await relay.stop();
    assert.deepEqual(relay.faults, []);
  });

  it('hands one batch over for all that came before a block, at the block (MDT-RLY-025, -026)', async () => {
    await start();
    for (const what of ['a', 'b', 'c']) await relay.register(what, BATCHED);
    await relay.beat();
    assert.deepEqual(handed(), []);
    await block();
    assert.deepEqual(handed(), ['batch of 3']);
    await relay.register('d', BATCHED);
    await relay.beat();
    assert.deepEqual(handed(), ['batch of 3']);
    await block();
    await block();
    assert.deepEqual(handed(), ['batch of 3', 'batch of 1']);
  });

  it('makes no batch where the chain only became shorter, and hands the same over again (MDT-RLY-026, -031)', async () => {
    await start();
    await relay.register('a', BATCHED);
    await block();
    await block();
    await relay.register('b', BATCHED);
    node.disconnect(1, true);
    await relay.beat();
    assert.deepEqual(handed(), ['batch of 1', 'batch of 1']);
    assert.equal(node.broadcasts[0], node.broadcasts[1]);
    await block();
    assert.deepEqual(handed().at(-1), 'batch of 1');
    assert.notEqual(node.broadcasts.at(-1), node.broadcasts[0]);
  });

  it('hands each DIRECT one over at once, and each once (MDT-RLY-024, -029)', async () => {
    await start();
    const ids = [];
    for (const what of ['a', 'b', 'a']) ids.push(await relay.register(what, DIRECT));
    assert.deepEqual(ids[0], ids[2]);
    assert.deepEqual(await relay.register('a', BATCHED), ids[0], 'it stays as it was asked for first');
    await relay.beat();
    await relay.beat();
    assert.deepEqual(handed(), ['PAT_SIGNATURE', 'PAT_SIGNATURE']);
    await block();
    await block();
    assert.deepEqual(handed(), ['PAT_SIGNATURE', 'PAT_SIGNATURE']);
    assert.deepEqual((await shown(ids[0]!)).mode, DIRECT);
  });

  it('asks for coin, keeps what it takes meanwhile, and hands it over when it is paid (MDT-RLY-023, MDT-CHN-004)', async () => {
    await start(0);
    assert.equal(relay.relay.lacks()?.address, COIN_ADDRESS);
    const direct = await relay.register('a', DIRECT);
    const batched = await relay.register('b', BATCHED);
    await block();
    await relay.register('c', BATCHED);
    assert.deepEqual(handed(), []);
    assert.deepEqual([(await shown(direct)).txid.length, (await shown(batched)).place], [0, Place.PLACE_UNCONFIRMED]);
    node.pay(COIN_PUBLIC_KEY, relay.relay.lacks()!.missingSat);
    await relay.beat();
    assert.equal(relay.relay.lacks(), undefined);
    assert.deepEqual(handed().sort(), ['PAT_SIGNATURE', 'batch of 1']);
    await block();
    assert.deepEqual(handed().sort(), ['PAT_SIGNATURE', 'batch of 1', 'batch of 1']);
  });

  it('keeps what it answered when it is killed at any call of the node, and makes one batch of it', async () => {
    for (let call = 1; call < 12; call += 1) {
      await start();
      const ids = [await relay.register('a', BATCHED), await relay.register('b', BATCHED)];
      const direct = await relay.register('c', DIRECT);
      node.mine(1);
      let calls = 0;
      node.onCall = () => {
        calls += 1;
        if (calls === call) throw outage();
      };
      await relay.beat().catch(() => undefined);
      node.onCall = () => undefined;
      await relay.restart();
      await relay.beat();
      await relay.beat();
      await block();
      const txids = new Set(await Promise.all(ids.map(async (id) => (await shown(id)).txid.toString('hex'))));
      assert.equal(txids.size, 1, `killed at call ${call}`);
      assert.equal(new Set(node.broadcasts).size, 2, `killed at call ${call}`);
      assert.equal((await shown(direct)).place, Place.PLACE_CONFIRMED);
      if (call < 11) await relay.stop();
    }
  });

  it('does not take a restart for a block', async () => {
    await start();
    await block();
    await relay.register('a', BATCHED);
    await relay.restart();
    await relay.beat();
    await relay.register('b', BATCHED);
    await relay.beat();
    assert.deepEqual(handed(), []);
    await block();
    assert.deepEqual(handed(), ['batch of 2']);
  });

  it('signs the same payload again where what was to pay for it is gone (MDT-RLY-031)', async () => {
    await start();
    const id = await relay.register('a', BATCHED);
    node.onCall = (name) => {
      if (name === 'broadcast')
        throw new RpcRefusal(RPC_TRANSACTION_ERROR, 'sendrawtransaction', 'bad-txns-inputs-missingorspent');
    };
    await block();
    const before = (await shown(id)).txid;
    node.mempool.forget();
    node.pay(COIN_PUBLIC_KEY, 500_000);
    await block();
    node.onCall = () => undefined;
    await block();
    await block();
    assert.notDeepEqual((await shown(id)).txid, before);
    assert.equal((await shown(id)).place, Place.PLACE_CONFIRMED);
    assert.deepEqual(new Set(handed()), new Set(['batch of 1']));
  });

  it('signs again what waits for one of its own that was signed again (MDT-RLY-031)', async () => {
    await start();
    const ids = [await relay.register('a', DIRECT), await relay.register('b', DIRECT)];
    await relay.beat();
    node.mempool.forget(); // the coin, too
    node.pay(COIN_PUBLIC_KEY, 500_000);
    node.mempool.minersMinimum = 1_000; // what is signed again waits
    for (let blocks = 0; blocks < 4; blocks += 1) await block();
    const older = node.broadcasts.filter((each) => each === node.broadcasts[0]).length;
    await block();
    assert.equal(node.broadcasts.filter((each) => each === node.broadcasts[0]).length, older);
    node.mempool.minersMinimum = 0;
    for (let blocks = 0; blocks < 6; blocks += 1) await block();
    for (const id of ids) assert.equal((await shown(id)).place, Place.PLACE_CONFIRMED);
  });

  it('signs nothing again that waits for one of its own (MDT-RLY-029)', async () => {
    await start();
    await block(); // the coin is confirmed
    const ids = [await relay.register('a', DIRECT), await relay.register('b', DIRECT)];
    await relay.beat();
    const before = new Set(await Promise.all(ids.map(async (id) => (await shown(id)).txid.toString('hex'))));
    assert.equal(before.size, 2);
    node.mempool.forget();
    node.pay(COIN_PUBLIC_KEY, 500_000);
    node.mempool.rates = { ...node.mempool.rates, minimum: 1_000 }; // the first is refused for its fee
    for (let blocks = 0; blocks < 4; blocks += 1) await block();
    node.mempool.rates = { ...node.mempool.rates, minimum: 1 };
    const after = new Set(await Promise.all(ids.map(async (id) => (await shown(id)).txid.toString('hex'))));
    assert.deepEqual(after, before);
  });

  it('refuses what readers would not take (MDT-RLY-020, -021, -022)', async () => {
    await start();
    const good = await request('a');
    const { statement } = await relay.signed('a');
    const changed = (changes: object): { statement: Buffer } => ({
      statement: Buffer.from(canonicalOctets({ ...statement, ...changes })),
    });
    const other = { ...statement.chain, genesis: '11'.repeat(32) };
    const checkpoint = { ...statement.chain, checkpoint: { height: 2, hash: '11'.repeat(32) } };
    const high = secp256k1.Signature.fromBytes(good.signature, 'compact');
    const highS = new secp256k1.Signature(high.r, secp256k1.Point.Fn.ORDER - high.s).toBytes('compact');
    await relay.refuses('registerSignature', { ...good, statement: Buffer.from('{') }, 'MDT_NOT_JSON', 'statement');
    await relay.refuses(
      'registerSignature',
      { ...good, ...changed({ extra: 1 }) },
      'MDT_UNKNOWN_MEMBER',
      'statement/extra',
    );
    await relay.refuses('registerSignature', { ...good, ...changed({ chain: other }) }, 'MDT_WRONG_CHAIN');
    await relay.refuses(
      'registerSignature',
      { ...good, statement: Buffer.alloc(16_385, ' ') },
      'MDT_DOCUMENT_TOO_LARGE',
    );
    await relay.refuses(
      'registerSignature',
      { ...good, ...changed({ created: '2026-01-01T00:00:01Z' }) },
      'MDT_SIGNATURE',
      'signature',
    );
    await relay.refuses(
      'registerSignature',
      { ...good, signature: Buffer.from(highS) },
      'MDT_SIGNATURE_HIGH_S',
      'signature',
    );
    await relay.refuses('registerSignature', { ...good, ...changed({ chain: checkpoint }) }, 'MDT_SIGNATURE');
    await relay.refuses('registerSignature', await request('a', {}, 5), 'MDT_FRESHNESS', 'statement/freshness');
    await relay.call('registerSignature', await request('b', {}, 6));
    node.disconnect(8, true);
    node.mine(9);
    await relay.beat();
    await relay.refuses('registerSignature', good, 'MDT_FRESHNESS', 'statement/freshness');
  });

  it('refuses members of a wrong length or range (MDT-RLY-034)', async () => {
    await start();
    const good = await request('a');
    await relay.refuses('registerSignature', { ...good, signature: Buffer.alloc(63) }, 'MDT_SCHEMA', 'signature');
    await relay.refuses('registerSignature', { ...good, mode: 0 }, 'MDT_SCHEMA', 'mode');
    await relay.refuses('registerSignature', { ...good, mode: 3 as RegistrationMode }, 'MDT_SCHEMA', 'mode');
    await relay.refuses(
      'registerSignature',
      { ...good, idempotencyKey: Buffer.alloc(65) },
      'MDT_SCHEMA',
      'idempotency_key',
    );
    await relay.refuses('getRegistration', { registrationId: Buffer.alloc(31) }, 'MDT_SCHEMA', 'registration_id');
    await relay.refuses('getRegistration', { registrationId: Buffer.alloc(32) }, 'MDT_NOT_FOUND', 'registration_id');
  });

  it('takes a key for one request only, until two days have passed (MDT-RLY-030)', async () => {
    const clock = new Clock();
    await start(PRIVATE.coin, clock);
    const key = { idempotencyKey: Buffer.from('key') };
    const first = await request('a', key);
    const answer = await relay.call('registerSignature', first);
    assert.deepEqual(await relay.call('registerSignature', first), answer);
    await relay.restart();
    await relay.beat();
    await relay.refuses('registerSignature', { ...first, mode: DIRECT }, 'MDT_IDEMPOTENCY_KEY', 'idempotency_key');
    await relay.refuses('registerSignature', await request('b', key), 'MDT_IDEMPOTENCY_KEY');
    const both = await Promise.allSettled(
      ['c', 'd'].map(async (what) =>
        relay.call('registerSignature', await request(what, { idempotencyKey: Buffer.from('two') })),
      ),
    );
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    await relay.call('registerSignature', { ...first, idempotencyKey: Buffer.from('another key') });
    await relay.refuses(
      'registerSignature',
      await request('b', { idempotencyKey: Buffer.from('another key') }),
      'MDT_IDEMPOTENCY_KEY',
    );
    clock.setOffset(3 * 86_400);
    await block();
    await relay.call('registerSignature', await request('b', key));
  });

  it('takes registrations while the node does not answer, and keeps them (MDT-RLY-033)', async () => {
    await start();
    const asked = await request('a');
    node.onCall = () => {
      throw outage();
    };
    const { registrationId } = await relay.call('registerSignature', asked);
    await relay.refuses('getTip', {}, 'MDT_CHAIN_UNAVAILABLE');
    assert.equal((await shown(registrationId)).place, Place.PLACE_UNCONFIRMED);
    node.onCall = () => undefined;
    await block();
    assert.deepEqual(handed(), ['batch of 1']);
  });
}).timeout(60_000);
