import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { hexToBytes } from '@noble/hashes/utils.js';
import { signAnchor } from '../chain/anchor-builder.ts';
import { outage, SimulatedNode } from '../chain/simulated-node.ts';
import { refuses } from '../core/expect-error.ts';
import { parseTransaction } from '../core/transaction.ts';
import { publish } from './publication.ts';
import { Life } from './test-life.ts';
import { beat, FUNDS, fund } from './test-parts.ts';

const DUST = 60;

/** A D-TA in force. */
async function born(options: Record<string, unknown> = {}, funds = FUNDS): Promise<Life> {
  const life = new Life(new SimulatedNode(20), options);
  fund(life.node, life.secrets, funds);
  await life.untilBorn();
  return life;
}

async function kinds(life: Life): Promise<string[]> {
  const stage = await life.ceremony.advance();
  return stage.at === 'born' ? stage.inForce.links.map(({ kind }) => kind) : [stage.at];
}

const outputOf = (hex: string | undefined): number =>
  Number(parseTransaction(hexToBytes(hex ?? ''), '').outs[1]?.value);

describe('anchors that wait', () => {
  it('are one at a time: the next is signed once the one before is in a block (MDT-LIN-015)', async () => {
    const life = await born();
    for (const digest of [1, 2, 3]) beat(life.state, digest);
    life.node.mempool.minersMinimum = 100;
    await life.pass(3);
    assert.equal(life.state.versions.length, 2);
    life.node.mempool.minersMinimum = 0;
    await life.pass(4);
    assert.deepEqual(await kinds(life), ['BIRTH', 'STATUS', 'STATUS', 'STATUS']);
  });

  it('are proven by the BIRTH and the newest that is deep enough; all that are confirmed are listed (MDT-PRF-006, -007)', async () => {
    const life = await born();
    for (const digest of [1, 2, 3]) beat(life.state, digest);
    await life.ceremony.advance();
    await life.pass(3);
    const stage = await life.ceremony.advance();
    assert.ok(stage.at === 'born');
    const { lineage } = (await publish(life.node, 'regtest', stage.inForce)).hosted;
    assert.deepEqual([lineage.transactions.length, lineage.proofs.map(({ link }) => link)], [4, [0, 2]]);
  });

  it('let urgent ones pass, and keep their order among themselves', async () => {
    const life = await born();
    life.node.mempool.minersMinimum = 100;
    beat(life.state, 1);
    await life.ceremony.advance();
    beat(life.state, 2, true);
    await life.ceremony.declareSuccessor();
    await life.ceremony.advance();
    life.node.mempool.minersMinimum = 0;
    await life.pass(4);
    assert.deepEqual(await kinds(life), ['BIRTH', 'STATUS', 'SUCCESSOR', 'STATUS']);
    const documents = life.state.versions.map(({ document }) => document);
    assert.deepEqual(documents, [0, 1, 2, 3, 1]);
  });

  it('stay where an urgent one cannot pay more than they do, and are handed to the node again', async () => {
    const life = await born({ max_fee_sat_vb: 2 });
    life.node.mempool.minersMinimum = 100;
    beat(life.state, 1);
    await life.ceremony.advance();
    await life.ceremony.declareSuccessor();
    life.node.mempool.forget();
    await life.ceremony.advance();
    assert.deepEqual(life.node.mempool.transactions, life.versionsOf(1));
    life.node.mempool.minersMinimum = 0;
    await life.pass(2);
    assert.deepEqual(await kinds(life), ['BIRTH', 'STATUS', 'SUCCESSOR']);
  });

  it('are not replaced where a reorganisation took both: the urgent one is carried upon the heartbeat', async () => {
    const life = await born();
    beat(life.state, 1);
    await life.ceremony.advance();
    await life.pass(1);
    await life.ceremony.declareSuccessor();
    await life.ceremony.advance();
    await life.pass(2);
    const before = life.state.versions.length;
    life.node.disconnect(3);
    life.node.mempool.forget();
    life.node.broadcasts.length = 0;
    await life.ceremony.advance();
    assert.deepEqual(life.node.broadcasts, [...life.versionsOf(1), ...life.versionsOf(2)]);
    await life.pass(3);
    assert.deepEqual(await kinds(life), ['BIRTH', 'STATUS', 'SUCCESSOR']);
    assert.equal(life.state.versions.length, before);
  });

  it('are paid more at once where the mempool takes no fee as low', async () => {
    const life = await born();
    life.node.mempool.rates = { minimum: 7.5, increment: 1, estimate: undefined };
    await life.ceremony.declareSuccessor();
    await life.ceremony.advance();
    const [, second] = life.versionsOf(1);
    assert.deepEqual(life.node.mempool.transactions, [second]);
  });

  it('are kept on disk before the network sees them, whichever it is', async () => {
    const life = await born();
    let unkept = 0;
    const { broadcast } = life.node;
    life.node.broadcast = async (hex) => {
      if (!(life.writes.at(-1) ?? '').includes(hex)) unkept += 1;
      await broadcast.call(life.node, hex);
    };
    life.node.mempool.minersMinimum = 3;
    beat(life.state, 1);
    await life.ceremony.advance();
    await life.ceremony.declareSuccessor();
    await life.pass(7);
    life.node.mempool.minersMinimum = 0;
    await life.pass(3);
    assert.deepEqual([unkept, await kinds(life)], [0, ['BIRTH', 'SUCCESSOR', 'STATUS']]);
  });

  it('go on after a crash at any call to the node, each document anchored once', async () => {
    const whole = async (life: Life): Promise<void> => {
      beat(life.state, 1);
      await life.ceremony.advance();
      await life.ceremony.declareSuccessor();
      await life.pass(3);
    };
    const model = await born();
    model.node.calls.length = 0;
    await whole(model);
    for (let fatal = 1; fatal <= model.node.calls.length; fatal += 1) {
      const life = await born();
      let count = 0;
      life.node.onCall = () => {
        count += 1;
        if (count === fatal) throw outage();
      };
      await whole(life).catch(() => life.restart());
      if (life.state.records.length === 1) await life.ceremony.declareSuccessor();
      await life.pass(4);
      const anchored = (await kinds(life)).toSorted();
      assert.deepEqual(anchored, ['BIRTH', 'STATUS', 'SUCCESSOR'], `crash at call ${fatal}`);
    }
  }).timeout(30_000);
});

describe('the coin of a lineage', () => {
  it('leaves dust where it is: an input that costs more than it brings', async () => {
    const life = await born();
    for (const value of [DUST, 138, 139]) life.node.pay(life.state.publicKey(0), value); // 69 vB at 2 sat/vB
    await life.pass(6);
    beat(life.state, 1);
    await life.ceremony.advance();
    assert.deepEqual(
      life.state.versions[1]?.coins.slice(1).map(({ value }) => value),
      [139],
    );
  });

  it('keeps 40,000 satoshi for the end, for heartbeats and their replacements, unless one has tripped (MDT-LIN-021)', async () => {
    // Asked for at birth are 81,400, so a D-TA that comes near its reserve has a costly anchor: 205 vB each.
    const life = await born({}, FUNDS);
    const costly = (rate: number): void => {
      life.node.mempool.rates = { minimum: 1, increment: 1, estimate: rate };
    };
    life.node.mempool.minersMinimum = 1_000;
    beat(life.state, 1);
    await life.ceremony.advance();
    costly(400);
    await life.pass(7);
    const [, second] = life.versionsOf(1);
    assert.ok(outputOf(second) >= 40_000 && outputOf(second) < 40_000 + 206, String(outputOf(second)));
    await life.pass(7);
    assert.equal(life.versionsOf(1).length, 2);
    beat(life.state, 2, true);
    await life.ceremony.advance();
    const [tripped] = life.versionsOf(2);
    assert.ok(outputOf(tripped) < 40_000);
  });

  it('is asked for where a RETIRE lacks it, no more than it costs', async () => {
    const life = await born();
    life.restart({ fee_sat_vb: 500 });
    await life.ceremony.retire();
    const stage = await life.ceremony.advance();
    assert.ok(stage.at === 'born' && stage.lacks?.at === 'unfunded');
    const { missingSat } = stage.lacks;
    life.node.pay(life.state.publicKey(0), missingSat);
    await life.pass(8);
    assert.deepEqual(await kinds(life), ['BIRTH', 'RETIRE']);
    const left = outputOf(life.versionsOf(1)[0]);
    assert.ok(left >= 294 && left < 294 + 500 * 3, String(left));
  });

  it('was stolen where something else spent the continuation, whether an anchor waits or not (MDT_LINEAGE_BROKEN)', async () => {
    for (const waits of [false, true]) {
      const life = await born();
      const [birth] = life.state.versions;
      const theft = signAnchor(
        {
          coins: [{ txid: birth?.txid ?? '', vout: 1, value: outputOf(birth?.transaction) }],
          payload: Uint8Array.of(1, 2, 3),
          continuationKey: life.state.publicKey(0),
          feeSatVb: 50,
        },
        life.state.secretKey(0),
      );
      if (waits) beat(life.state, 1);
      life.node.mineWith([theft.transaction]);
      const stage = await life.ceremony.advance();
      assert.ok(stage.at === 'born');
      assert.deepEqual([stage.stolen, stage.inForce.links.length], [true, 1], 'what is proven stays in force');
      assert.deepEqual(life.node.mempool.transactions, []);
      if (waits) await refuses(async () => life.ceremony.declareSuccessor(), 'MDT_LINEAGE_BROKEN', 'lineage');
      life.node.disconnect(1, true);
      life.node.mine(2);
      await life.pass(2);
      assert.deepEqual(await kinds(life), waits ? ['BIRTH', 'STATUS'] : ['BIRTH']);
    }
  });

  it('is spent without a further input that a deep reorganisation took', async () => {
    const life = await born();
    life.node.pay(life.state.publicKey(0), 5_000);
    await life.pass(6);
    life.node.mempool.minersMinimum = 100;
    beat(life.state, 1);
    await life.ceremony.advance();
    assert.equal(life.state.versions[1]?.coins.length, 2);
    life.node.disconnect(6, true); // the block of the deposit, which was mined just after the birth was deep
    life.node.mempool.forget();
    life.node.mempool.minersMinimum = 0;
    await life.pass(3);
    assert.deepEqual(await kinds(life), ['BIRTH', 'STATUS']);
    assert.equal(life.state.versions.at(-1)?.coins.length, 1);
  });
});
