/** An entity by relays of which some lie, lag, withhold or do not answer: it is not misled, and says what it waits for. */
import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { Metadata } from '@grpc/grpc-js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { signAnchor } from '../chain/anchor-builder.ts';
import type { ChainBackend } from '../chain/chain-backend.ts';
import type { Link } from '../chain/lineage/lineage-path.ts';
import { SimulatedNode } from '../chain/simulated-node.ts';
import { read, txidOf } from '../chain/simulated-mempool.ts';
import { CONTINUATION_VOUT } from '../core/anchor-transaction.ts';
import { MdtError, type ErrorCode } from '../core/errors.ts';
import { refuses } from '../core/expect-error.ts';
import { p2wpkhScript } from '../core/public-key-script.ts';
import { parseTransaction, stripWitness } from '../core/transaction.ts';
import type { UnspentOutput } from '../gen/proto/milagro/trust/v1/relay.ts';
import { publish } from '../entity/publication.ts';
import type { Born, Stage } from '../entity/stage.ts';
import { Life } from '../entity/test-life.ts';
import { beat, fund } from '../entity/test-parts.ts';
import { toGrpcError } from '../runtime/error-carrier.ts';
import { byRelays, closeAll, urlOf } from './test-backend.ts';
import { liar, stopLiars, type Lies } from './test-liar.ts';
import { TestRelay } from './test-relay.ts';

let node: SimulatedNode;
let honest: TestRelay;
const others: TestRelay[] = [];

beforeEach(async () => {
  node = new SimulatedNode(20);
  honest = await TestRelay.start(node);
  await honest.beat();
});
afterEach(async () => {
  closeAll();
  stopLiars();
  for (const relay of [honest, ...others.splice(0)]) await relay.stop();
});

/** Mines blocks, which the honest relay reads. */
async function mine(count = 1): Promise<void> {
  node.mine(count);
  await honest.beat();
}

async function pass(life: Life, blocks: number): Promise<Stage> {
  let stage: Stage = await life.ceremony.advance();
  for (let block = 0; block < blocks; block += 1) {
    await mine();
    stage = await life.ceremony.advance();
  }
  return stage;
}

async function standing(life: Life): Promise<Born> {
  const stage = await life.ceremony.advance();
  if (stage.at === 'born') return stage;
  throw new Error(`${stage.at}: ${'detail' in stage ? stage.detail : stage.address}`);
}

async function kinds(life: Life): Promise<string[]> {
  return (await standing(life)).inForce.links.map(({ kind }) => kind);
}

/** A D-TA by relays at these addresses, in force. */
async function born(urls: readonly string[]): Promise<Life> {
  const life = new Life(node, {}, await byRelays(node, urls));
  assert.equal((await life.ceremony.advance()).at, 'unfunded');
  fund(node, life.secrets);
  assert.equal((await pass(life, 6)).at, 'born');
  return life;
}

/** Another relay of the same chain. */
async function another(chain: SimulatedNode = node): Promise<TestRelay> {
  const relay = await TestRelay.start(chain);
  others.push(relay);
  await relay.beat();
  return relay;
}

/** The liar first and last: the order in which they stand counts for nothing. */
async function eitherWay(lies: Lies, then: (life: Life) => Promise<void>): Promise<void> {
  const url = await liar(honest, lies);
  for (const urls of [
    [url, urlOf(honest)],
    [urlOf(honest), url],
  ])
    await then(await born(urls));
}

async function refusesAlone(lies: Lies, use: (backend: ChainBackend) => Promise<unknown>): Promise<void> {
  const backend = await byRelays(node, [await liar(honest, lies)]);
  await refuses(() => use(backend), 'MDT_CHAIN_UNAVAILABLE', 'chain.relays');
}

/** A header with the octets of another and no work: half of all hashes have enough on regtest. */
function withoutWork(header: Buffer): Buffer {
  const forged = Buffer.from(header);
  forged.fill(0xff, 72, 76); // no target is so high
  return forged;
}

describe('an entity by relays', () => {
  it('lives from BIRTH to RETIRE, and shows what a reader takes', async () => {
    const life = await born([urlOf(honest)]);
    await life.ceremony.declareSuccessor();
    await pass(life, 3);
    beat(life.state, 1);
    await pass(life, 3);
    await life.ceremony.retire();
    await pass(life, 3);
    assert.deepEqual(await kinds(life), ['BIRTH', 'SUCCESSOR', 'STATUS', 'RETIRE']);
    const { hosted } = await publish(life.backend, 'regtest', (await standing(life)).inForce);
    const { hosted: seen } = await publish(node, 'regtest', (await standing(life)).inForce);
    assert.deepEqual(hosted, seen, 'as with a node');
  });

  it('knows after a restart what it had handed over, and hands it over again where it was forgotten', async () => {
    const life = await born([urlOf(honest)]);
    beat(life.state, 1);
    await life.ceremony.advance();
    const [waiting = ''] = life.versionsOf(1);
    node.mempool.forget();
    life.backend = await byRelays(node, [urlOf(honest)]);
    life.restart();
    await life.ceremony.advance();
    assert.deepEqual([...node.mempool.transactions], [waiting]);
    const { generation } = await standing(life);
    assert.equal((await life.ceremony.wallets.transaction(generation, txidOf(waiting)))?.confirmations, 0);
    assert.ok((await life.ceremony.wallets.balance(generation)) > 0);
    await pass(life, 1);
    assert.deepEqual(await kinds(life), ['BIRTH', 'STATUS']);
  });

  it('anchors again what a reorganisation took, upon the chain that its relay leads to', async () => {
    const life = await born([urlOf(honest)]);
    beat(life.state, 1);
    await pass(life, 2);
    const before = (await standing(life)).inForce.links;
    node.disconnect(2);
    node.mineWith([]);
    await mine(2);
    await pass(life, 2);
    const after = (await standing(life)).inForce.links;
    assert.deepEqual(await kinds(life), ['BIRTH', 'STATUS']);
    assert.equal(after[1]?.version.txid, before[1]?.version.txid);
    assert.notEqual(after[1]?.blockHash, before[1]?.blockHash);
  });

  it('says that something else has spent its continuation', async () => {
    const life = await born([urlOf(honest)]);
    const [{ version }] = (await standing(life)).inForce.links as [Link];
    const value = Number(read(version.transaction).outs[CONTINUATION_VOUT]?.value);
    const plan = {
      coins: [{ txid: version.txid, vout: CONTINUATION_VOUT, value }] as const,
      payload: hexToBytes(life.state.documents[0]?.payload ?? ''),
      ...{ continuationKey: life.state.publicKey(0), feeSatVb: 5 },
    };
    beat(life.state, 1);
    await life.ceremony.advance();
    node.mineWith([signAnchor(plan, life.state.secretKey(0)).transaction]);
    await honest.beat();
    assert.equal((await standing(life)).stolen, true);
    life.restart();
    assert.equal((await life.ceremony.advance()).at, 'born');
    assert.equal((await standing(life)).stolen, true, 'after a restart, too');
  });

  it('says that its relays are away, and goes on when one is back', async () => {
    const life = await born([urlOf(honest)]);
    await honest.stop();
    await refuses(() => life.ceremony.advance(), 'MDT_CHAIN_UNAVAILABLE', 'chain.relays');
    await honest.restart();
    life.backend = await byRelays(node, [urlOf(honest)]);
    life.restart();
    await mine();
    assert.deepEqual(await kinds(life), ['BIRTH']);
  });
});

describe('an entity by two relays', () => {
  it('goes on by one while the other is frozen', async () => {
    const frozen = await another();
    for (const urls of [
      [urlOf(frozen), urlOf(honest)],
      [urlOf(honest), urlOf(frozen)],
    ]) {
      const life = await born(urls);
      beat(life.state, 1);
      await pass(life, 2);
      assert.deepEqual(await kinds(life), ['BIRTH', 'STATUS']);
    }
  });

  it('takes nothing for spent because of one that is behind, and asks again where the other lists nothing', async () => {
    const life = await born([urlOf(honest)]);
    const behind = await honest.call('getHeaders', { known: [], limit: 10, fromHeight: 1 });
    const frozen = await liar(honest, { getHeaders: () => behind, listUnspent: () => ({ outputs: [] }) });
    const busy = await liar(honest, { listUnspent: () => refusal('MDT_RATE') });
    life.backend = await byRelays(node, [frozen, busy]);
    life.restart();
    await refuses(() => life.ceremony.advance(), 'MDT_CHAIN_UNAVAILABLE', 'chain.relays');
  });

  it('goes on by one while the other never answers, which alone is an outage', async () => {
    const silent: Lies = { getHeaders: async () => new Promise<never>(() => undefined) };
    const life = await born([await liar(honest, silent), urlOf(honest)]);
    assert.deepEqual(await kinds(life), ['BIRTH']);
    await refusesAlone(silent, async (backend) => backend.tip());
  });

  it('takes no headers without work, and from nobody else is this an outage', async () => {
    const lies: Lies = {
      getHeaders: ({ height, headers }) => {
        const last = headers.at(-1);
        return { height, headers: last ? [...headers, withoutWork(last)] : headers };
      },
    };
    await eitherWay(lies, async (life) => assert.equal((await standing(life)).tip.height, node.height));
    await refusesAlone(lies, async (backend) => backend.tip());
  });

  it('follows the chain with more work', async () => {
    const shorter = new SimulatedNode(20);
    const far = await another(shorter);
    await mine(5);
    const backend = await byRelays(node, [urlOf(far), urlOf(honest)]);
    assert.equal((await backend.tip()).hash, await node.bestBlockHash());
  });

  it('hears nothing of a relay of another chain, which alone is the wrong one', async () => {
    const lies: Lies = { getTerms: (terms) => ({ ...terms, genesis: Buffer.alloc(32) }) };
    await eitherWay(lies, async (life) => assert.deepEqual(await kinds(life), ['BIRTH']));
    const backend = await byRelays(node, [await liar(honest, lies)]);
    await refuses(() => backend.tip(), 'MDT_WRONG_CHAIN', 'chain.relays');
  });

  for (const what of ['of another transaction', 'that leads elsewhere']) {
    it(`takes no proof ${what}`, async () => {
      const own = await born([urlOf(honest)]);
      const [other] = (await standing(own)).inForce.links;
      assert.ok(other);
      const request = { txid: Buffer.from(other.version.txid, 'hex'), confirmations: 1 };
      const answer = await honest.call('getAnchorProof', request);
      const getAnchorProof: Lies['getAnchorProof'] = ({ proof, ...rest }) => {
        const moved = proof && { ...proof, position: proof.position ^ 1 };
        return what === 'that leads elsewhere' ? { ...rest, proof: moved } : answer;
      };
      await eitherWay({ getAnchorProof }, async (life) => assert.deepEqual(await kinds(life), ['BIRTH']));
      const alone = await byRelays(node, [await liar(honest, { getAnchorProof })]);
      const victim = what === 'that leads elsewhere' ? own : await born([urlOf(honest)]);
      victim.backend = alone;
      victim.restart();
      await refuses(() => victim.ceremony.advance(), 'MDT_CHAIN_UNAVAILABLE', 'chain.relays');
    });
  }

  for (const what of ['of another key', 'that is not there']) {
    it(`takes no output ${what}`, async () => {
      const stranger = new Life(node);
      fund(node, stranger.secrets, 1_000_000);
      await mine();
      const foreign = await honest.call('listUnspent', { script: scriptOf(stranger) });
      assert.equal(foreign.outputs.length, 1);
      const richer: Lies['listUnspent'] = ({ outputs }) => ({ outputs: outputs.map(doubled) });
      const listUnspent: Lies['listUnspent'] = what === 'of another key' ? () => foreign : richer;
      await eitherWay({ listUnspent }, async (life) => {
        const balance = await life.ceremony.wallets.balance(0);
        assert.ok(balance > 0 && balance < 81_400, `${balance} sat`);
      });
      const own = await born([urlOf(honest)]);
      own.backend = await byRelays(node, [await liar(honest, { listUnspent })]);
      own.restart();
      await refuses(async () => own.ceremony.wallets.balance(0), 'MDT_CHAIN_UNAVAILABLE', 'chain.relays');
    });
  }

  it('takes values from transactions, and not from the relay', async () => {
    const lies: Lies = {
      listUnspent: ({ outputs }) => ({ outputs: outputs.map((output) => ({ ...output, value: 5_000_000n })) }),
    };
    const life = await born([await liar(honest, lies)]);
    assert.ok((await life.ceremony.wallets.balance(0)) < 81_400);
  });

  it('shows the value that its anchor spends, and its octets, as it knows them itself', async () => {
    const lies: Lies = {
      getAnchorProof: ({ proof, ...rest }) => {
        const transaction = Buffer.from(stripWitness(proof?.transaction ?? Buffer.alloc(0), ''), 'hex');
        return { ...rest, proof: proof && { ...proof, prevoutValue: 1n, transaction } };
      },
    };
    const life = await born([await liar(honest, lies)]);
    const { inForce } = await standing(life);
    const { hosted } = await publish(life.backend, 'regtest', inForce);
    assert.deepEqual(hosted, (await publish(node, 'regtest', inForce)).hosted);
  });

  it('does not take for spent what one of them hides, nor what a list that is cut off does not hold', async () => {
    await eitherWay({ listUnspent: () => ({ outputs: [] }) }, async (life) => {
      assert.equal((await standing(life)).stolen, undefined);
      assert.ok((await life.ceremony.wallets.balance(0)) > 0);
    });
    const cut = await liar(honest, {
      getTerms: (terms) => ({ ...terms, maxResults: 1 }),
      listUnspent: ({ outputs }) => ({ outputs: outputs.slice(-1) }),
    });
    const life = await born([cut]);
    fund(node, life.secrets, 600);
    await pass(life, 2);
    assert.equal((await standing(life)).stolen, undefined);
  });

  it('raises no fee because one of them says that it is too low, and takes the lower of what they estimate', async () => {
    const lies: Lies = {
      broadcastTransaction: () => refusal('MDT_TX_REFUSED', 'min relay fee not met'),
      estimateFee: () => ({ satPerKvb: 10_000_000_000n, minimumSatPerKvb: 10_000_000_000n }),
    };
    await eitherWay(lies, async (life) => {
      beat(life.state, 1);
      await pass(life, 2);
      assert.equal(life.versionsOf(1).length, 1);
      assert.deepEqual(await life.backend.feeRates(6), { minimum: 1, increment: 1, estimate: 1 });
    });
  });
});

/** The output script of an entity's first key. */
function scriptOf(life: Life): Buffer {
  return Buffer.from(p2wpkhScript(life.state.publicKey(0)));
}

/** An output that pays twice as much. */
function doubled({ value, proof, ...rest }: UnspentOutput): UnspentOutput {
  const transaction = parseTransaction(proof?.transaction ?? Buffer.alloc(0), '');
  const output = transaction.outs[proof?.vout ?? 0];
  if (output) output.value *= 2n;
  return { ...rest, value: 2n * value, proof: proof && { ...proof, transaction: Buffer.from(transaction.toBuffer()) } };
}

/** As a relay refuses (MDT-HST-015, MDT-RLY-018). */
function refusal(said: ErrorCode, rejectReason = ''): never {
  const { code, details, statusDetails } = toGrpcError(new MdtError(said, 'no', { rejectReason }));
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', statusDetails);
  throw Object.assign(new Error(details), { code, details, metadata });
}
