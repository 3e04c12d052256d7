import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { sha256 } from '@noble/hashes/sha2.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { outage, SimulatedNode } from '../chain/simulated-node.ts';
import { refuses } from '../core/expect-error.ts';
import { verifyLineageProof } from '../core/lineage-proof.ts';
import { canonicalOctets } from '../core/canonical.ts';
import { parseTransaction } from '../core/transaction.ts';
import { publish } from './publication.ts';
import { Life } from './test-life.ts';
import { FUNDS, fund } from './test-parts.ts';

/** A life whose BIRTH is broadcast, at 2 sat/vB, and that miners do not take below `minersMinimum`. */
async function stuck(minersMinimum: number, options: Record<string, unknown> = {}, funds = FUNDS): Promise<Life> {
  const life = new Life(new SimulatedNode(20), options);
  fund(life.node, life.secrets, funds);
  life.node.mine(2);
  life.node.mempool.minersMinimum = minersMinimum;
  await life.ceremony.advance();
  return life;
}

/** Mines blocks, and goes on at each; gives what is said at the last. */
async function pass(life: Life, blocks: number): Promise<string> {
  const stage = await life.pass(blocks);
  return stage.at === 'waiting' ? stage.detail : stage.at;
}

const versionsOf = (life: Life): string[] => life.versionsOf(0);
const rateOf = (hex: string, funds = FUNDS): number => {
  const transaction = parseTransaction(hexToBytes(hex), '');
  const paid = transaction.outs.reduce((sum, { value }) => sum + Number(value), 0);
  return Math.round((funds - paid) / transaction.virtualSize());
};

describe('a BIRTH that is not mined', () => {
  it('is left alone for 5 blocks, and replaced by fee at the sixth', async () => {
    const life = await stuck(3);
    assert.equal(await pass(life, 5), 'the BIRTH is not in a block yet');
    assert.equal(versionsOf(life).length, 1);
    assert.match(await pass(life, 1), /replaced by one that pays 3 sat\/vB/);
    const [first = '', second = ''] = versionsOf(life);
    assert.deepEqual([rateOf(first), rateOf(second)], [2, 3]);
    assert.deepEqual(life.node.mempool.transactions, [second]);
  });

  it('is left alone for its 5 blocks from when it was broadcast, where blocks came while its record was written', async () => {
    const life = new Life(new SimulatedNode(20));
    fund(life.node, life.secrets);
    life.node.mine(2);
    life.node.mempool.minersMinimum = 3;
    life.node.onCall = (name) => {
      if (name === 'transaction') life.node.mine(6);
    };
    await life.ceremony.advance();
    life.node.onCall = () => undefined;
    await pass(life, 5);
    assert.equal(versionsOf(life).length, 1);
    await pass(life, 1);
    assert.equal(versionsOf(life).length, 2);
  });

  it('is the replacement, once that is mined: same record and signature, and proofs of the new transaction', async () => {
    const life = await stuck(3);
    const { record, signature } = life.state.birth ?? assert.fail();
    await pass(life, 6);
    const born = await life.untilBorn();
    assert.deepEqual(born.inForce.records, [{ record, signature }]);
    assert.equal(born.birth.transaction, versionsOf(life)[1]);
    const { hosted } = await publish(life.node, 'regtest', born.inForce);
    assert.equal(hosted.anchor.locator.txid, life.state.versions[1]?.txid);
    const digest = sha256(canonicalOctets(hosted.birth_record));
    assert.equal(verifyLineageProof(hosted.birth_record, digest, hosted.lineage).links, 1);
  });

  it('is the earlier version, where a miner takes that one after all, also after a restart', async () => {
    const life = await stuck(3);
    await pass(life, 6);
    const [first = ''] = versionsOf(life);
    life.node.mineWith([first]);
    life.restart();
    const born = await life.untilBorn();
    assert.equal(born.birth.transaction, first);
    assert.equal((await publish(life.node, 'regtest', born.inForce)).hosted.anchor.locator.txid, born.birth.txid);
  });

  it('is the other version, after a reorganisation that puts it in the place of the first', async () => {
    const life = await stuck(3);
    await pass(life, 6);
    const [first = '', second = ''] = versionsOf(life);
    assert.equal((await life.untilBorn()).birth.transaction, second);
    life.node.disconnect(2);
    life.node.mineWith([first]);
    life.node.mine(2);
    assert.equal((await life.untilBorn()).birth.transaction, first);
    life.node.disconnect(3);
    life.node.mineWith([second]);
    life.node.mine(2);
    assert.equal((await life.untilBorn()).birth.transaction, second);
  });

  it('is handed over first in the version that was mined before, after a reorganisation (MDT-LIN-017)', async () => {
    const life = await stuck(3);
    await pass(life, 6);
    const [first = ''] = versionsOf(life);
    life.node.mineWith([first]);
    await life.ceremony.advance();
    life.node.disconnect(1);
    life.node.mempool.forget();
    await life.ceremony.advance();
    assert.deepEqual(life.node.mempool.transactions, [first]);
    await pass(life, 5);
    assert.equal(versionsOf(life).length, 2);
    await pass(life, 1);
    const [, , third = ''] = versionsOf(life);
    assert.deepEqual(life.node.mempool.transactions, [third], 'stuck again, it is raised like any other');
    await pass(life, 1);
    assert.deepEqual([life.node.mempool.transactions, versionsOf(life).length], [[], 3]);
  });

  it('is handed over in the version that something was signed upon, also by another process', async () => {
    const life = await stuck(3);
    await pass(life, 6);
    const [first = ''] = versionsOf(life);
    life.node.mempool.minersMinimum = 0;
    life.node.mineWith([first]);
    await life.untilBorn();
    await life.ceremony.retire();
    await life.pass(2);
    life.node.disconnect(life.node.height - 22);
    life.node.mempool.forget();
    life.restart();
    life.node.broadcasts.length = 0;
    await life.ceremony.advance();
    assert.deepEqual(life.node.broadcasts, [first, ...life.versionsOf(1)]);
    assert.equal(life.versionsOf(1).length, 1);
  });

  it('is on disk in its new version before the network sees it, and known after a crash in between', async () => {
    const life = await stuck(3);
    await pass(life, 5);
    life.node.onCall = (name) => {
      const kept = (life.writes.at(-1) ?? '').split('"transaction"').length - 1;
      if (name === 'broadcast' && kept === 2) throw outage();
    };
    await refuses(async () => pass(life, 1), 'MDT_CHAIN_UNAVAILABLE', 'chain.rpc');
    life.node.onCall = () => undefined;
    life.restart();
    const [, second = ''] = versionsOf(life);
    assert.equal(life.node.mempool.transactions.includes(second), false);
    await life.ceremony.advance();
    assert.deepEqual(life.node.mempool.transactions, [second]);
  });

  it('is handed over in its newest version to a node that forgot its mempool', async () => {
    const life = await stuck(10);
    await pass(life, 12);
    const versions = versionsOf(life);
    assert.equal(versions.length, 3);
    life.node.mempool.forget();
    life.restart();
    await life.ceremony.advance();
    assert.deepEqual(life.node.mempool.transactions, [versions[2]]);
  });

  it('is replaced at once where the mempool takes no fee as low', async () => {
    const life = new Life(new SimulatedNode(20));
    fund(life.node, life.secrets);
    life.node.mine(2);
    life.node.mempool.rates = { minimum: 7.5, increment: 1, estimate: undefined };
    await life.ceremony.advance();
    const [, second = '', ...more] = versionsOf(life);
    assert.deepEqual([rateOf(second), more], [8, []]);
    assert.deepEqual(life.node.mempool.transactions, [second]);
    assert.equal((await life.untilBorn()).birth.transaction, second);
  });

  it('pays what the node estimates, up to options.max_fee_sat_vb, and then waits and says so', async () => {
    const life = await stuck(1_000, { max_fee_sat_vb: 60 });
    life.node.mempool.rates = { minimum: 1, increment: 1, estimate: 40 };
    await pass(life, 12);
    assert.deepEqual(
      versionsOf(life).map((hex) => rateOf(hex)),
      [2, 40, 60],
    );
    assert.match(await pass(life, 6), /max_fee_sat_vb \(60\)/);
    assert.equal(versionsOf(life).length, 3);
    life.node.mempool.forget();
    await pass(life, 1);
    assert.deepEqual(life.node.mempool.transactions, versionsOf(life).slice(2));
  });

  it('never pays so much that its continuation is dust', async () => {
    const life = await stuck(1_000);
    life.node.mempool.rates = { minimum: 1, increment: 1, estimate: 450 };
    await pass(life, 12);
    const [, second = '', ...more] = versionsOf(life);
    const continuation = Number(parseTransaction(hexToBytes(second), '').outs[1]?.value);
    assert.ok(continuation >= 294 && continuation < 294 + 207);
    assert.deepEqual(more, []);
  });

  it('has its full time again after a reorganisation took it', async () => {
    const life = await stuck(0);
    await life.untilBorn();
    await pass(life, 8);
    life.node.mempool.minersMinimum = 1_000;
    life.node.disconnect(10);
    life.node.mine(9);
    await life.ceremony.advance();
    await pass(life, 5);
    assert.equal(versionsOf(life).length, 1);
    await pass(life, 1);
    assert.equal(versionsOf(life).length, 2);
  });

  it('is broken where something else spent its coin, and only then', async () => {
    const life = await stuck(3);
    await pass(life, 6);
    const theft = parseTransaction(hexToBytes(versionsOf(life)[0] ?? ''), '');
    theft.outs.pop();
    life.node.mineWith([theft.toHex()]);
    await refuses(async () => life.ceremony.advance(), 'MDT_LINEAGE_BROKEN', life.state.versions[0]?.txid ?? '');
  });

  it('is asked for no more while blocks only come upon it, and again after a reorganisation', async () => {
    const life = await stuck(0);
    await life.untilBorn();
    life.node.calls.length = 0;
    for (const confirmations of [3, 4]) {
      life.node.mine(1);
      const stage = await life.ceremony.advance();
      assert.equal(stage.at === 'born' && stage.inForce.confirmations, confirmations);
    }
    assert.equal(life.node.calls.includes('transaction'), false);
    life.node.disconnect(4);
    life.node.mine(1);
    assert.equal((await life.ceremony.advance()).at, 'waiting');
    assert.equal(life.node.calls.includes('transaction'), true);
  });

  it('is not counted a block too deep where a block comes between two answers', async () => {
    const life = await stuck(0);
    life.node.mine(1);
    life.node.onCall = (name) => {
      if (name === 'transaction') life.node.mine(1);
    };
    await life.ceremony.advance();
    life.node.onCall = () => undefined;
    const stage = await life.ceremony.advance();
    assert.equal(stage.at === 'born' && stage.inForce.confirmations, 2);
  });

  it('is not called broken where blocks change between two answers', async () => {
    const life = await stuck(3);
    await pass(life, 6);
    const [first = ''] = versionsOf(life);
    life.node.mineWith([first]);
    let asked = 0;
    life.node.onCall = (name) => {
      if (name !== 'transaction') return;
      asked += 1;
      if (asked === 2) life.node.disconnect(1);
    };
    assert.equal((await life.ceremony.advance()).at, 'waiting');
  });
});
