/** The life of a lineage on a real bitcoind: what it takes, what it mines, and what it forgets. */
import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { p2wpkhAddress } from '../core/public-key-script.ts';
import { beat } from './test-parts.ts';
import { RealLife, RealNode } from './test-real-node.ts';

let real: RealNode;

/** txids of what was signed for a document, in order. */
const versionsOf = (life: RealLife, document: number): string[] =>
  life.state.versions.flatMap((each) => (each.document === document ? [each.txid] : []));

describe('a lineage on bitcoind', () => {
  before(async () => {
    real = await RealNode.start();
  });
  after(async () => real.stop());

  it('goes from BIRTH by two SUCCESSORs to RETIRE, and a reader takes what is hosted at each step', async () => {
    const life = await RealLife.born(real);
    const first = await life.hosted();
    await life.ceremony.declareSuccessor();
    await life.ceremony.advance();
    assert.equal((await life.hosted()).sha256, first.sha256);
    await life.mine(2);
    const second = await life.hosted();
    assert.deepEqual([second.birth_record.entity_id, second.predecessors?.length], [first.sha256, 1]);
    await life.ceremony.declareSuccessor();
    await life.mine(3);
    await life.ceremony.retire({ reason: 'sold' });
    await life.mine(3);
    const last = await life.hosted();
    assert.deepEqual([last.birth_record.entity_id, last.predecessors?.length], [first.sha256, 2]);
    assert.equal(last.retirement?.retirement.reason, 'sold');
    assert.deepEqual(await life.kinds(), ['BIRTH', 'SUCCESSOR', 'SUCCESSOR', 'RETIRE']);
  });

  it('sees the coin of its new key at once, without looking through the chain for it', async () => {
    const life = await RealLife.born(real);
    await life.ceremony.declareSuccessor();
    await life.mine(2);
    const { generation } = await life.standing();
    assert.equal(generation, 1);
    const [successor] = versionsOf(life, 1);
    assert.equal(await life.ceremony.wallets.balance(generation), await valueOf(successor ?? ''));
  });

  for (const depth of [1, 2, 3, 4, 5, 6]) {
    it(`comes back after a reorganisation of ${depth} blocks that forgets nothing`, async () => {
      const life = await RealLife.born(real);
      await life.ceremony.declareSuccessor();
      await life.ceremony.advance();
      await life.mine(3);
      const before = await life.hosted();
      await real.disconnect(depth);
      await real.mineEmpty(1);
      await life.ceremony.advance();
      await life.mine(depth + 3);
      const again = await life.hosted();
      assert.equal(again.sha256, before.sha256);
      assert.deepEqual(again.lineage.transactions, before.lineage.transactions);
      const moved = again.anchor.locator.block_hash !== before.anchor.locator.block_hash;
      assert.equal(moved, depth >= 3, 'the SUCCESSOR lay three blocks deep');
    });
  }

  it('stands as before where the old branch comes back (reconsiderblock)', async () => {
    const life = await RealLife.born(real);
    await life.ceremony.declareSuccessor();
    await life.mine(3);
    const before = await life.hosted();
    const lowest = await real.disconnect(3);
    assert.equal((await life.standing()).inForce.records.length, 1);
    await real.call('reconsiderblock', lowest);
    assert.deepEqual(await life.hosted(), before);
  });

  it('hands everything that fell out to a node that was restarted with an empty mempool, in order (MDT-LIN-017)', async () => {
    const life = await RealLife.born(real);
    await life.ceremony.declareSuccessor();
    await life.ceremony.advance();
    await life.mine(2);
    await life.ceremony.retire();
    await life.ceremony.advance();
    await life.mine(2);
    const before = await life.hosted();
    await real.disconnect(6); // BIRTH, SUCCESSOR and RETIRE
    await real.restart();
    assert.deepEqual(await real.mempool(), []);
    life.restart();
    assert.equal((await life.ceremony.advance()).at, 'waiting');
    const waiting = await real.mempool();
    for (const { txid } of life.state.versions) assert.ok(waiting.includes(txid), txid);
    await life.mine(4);
    const again = await life.hosted();
    assert.deepEqual(again.lineage.transactions, before.lineage.transactions);
    assert.notEqual(again.anchor.locator.block_hash, before.anchor.locator.block_hash);
  });

  it('replaces a SUCCESSOR that 6 blocks have not confirmed by fee, and goes on upon what is mined (MDT-LIN-018)', async () => {
    const life = await RealLife.born(real);
    await life.ceremony.declareSuccessor();
    await life.ceremony.advance();
    const [stuck = ''] = versionsOf(life, 1);
    await real.neverMine(stuck);
    await life.mine(5);
    assert.deepEqual(versionsOf(life, 1), [stuck]);
    await life.mine(1);
    const [, replacement = ''] = versionsOf(life, 1);
    assert.ok((await real.mempool()).includes(replacement));
    assert.equal((await real.mempool()).includes(stuck), false);
    await life.ceremony.retire();
    await life.mine(4);
    assert.deepEqual(await life.kinds(), ['BIRTH', 'SUCCESSOR', 'RETIRE']);
    assert.equal((await life.hosted()).anchor.locator.txid, replacement);
  });

  it('signs the RETIRE anew where a reorganisation chooses the other version of the SUCCESSOR below it', async () => {
    const life = await RealLife.born(real);
    await life.ceremony.declareSuccessor();
    await life.ceremony.advance();
    const [older] = life.state.versions.slice(1);
    await real.neverMine(older?.txid ?? '');
    await life.mine(7);
    await life.ceremony.retire();
    await life.mine(2);
    assert.deepEqual(await life.kinds(), ['BIRTH', 'SUCCESSOR', 'RETIRE']);
    await real.disconnect(3);
    await real.call('generateblock', 'raw(51)#8lvh9jxk', [older?.transaction]);
    await life.ceremony.advance();
    await life.mine(3);
    const links = await life.links();
    assert.deepEqual(
      links.map(({ kind }) => kind),
      ['BIRTH', 'SUCCESSOR', 'RETIRE'],
    );
    assert.equal(links[1]?.version.txid, older?.txid);
    assert.equal(versionsOf(life, 2).length, 2);
    await life.hosted();
  });

  it('replaces a waiting STATUS by a SUCCESSOR by fee, and anchors the STATUS again after it (MDT-LIN-015, -020)', async () => {
    const life = await RealLife.born(real);
    beat(life.state, 1);
    await life.ceremony.advance();
    const [status = ''] = versionsOf(life, 1);
    assert.ok((await real.mempool()).includes(status));
    await life.ceremony.declareSuccessor();
    await life.ceremony.advance();
    const [successor = ''] = versionsOf(life, 2);
    const waiting = await real.mempool();
    assert.deepEqual([waiting.includes(status), waiting.includes(successor)], [false, true]);
    await life.mine(1);
    const again = versionsOf(life, 1)[1] ?? '';
    assert.ok((await real.mempool()).includes(again));
    await life.mine(2);
    assert.deepEqual(await life.kinds(), ['BIRTH', 'SUCCESSOR', 'STATUS']);
    await life.hosted();
  });

  it('anchors a STATUS before the SUCCESSOR where a miner takes it after all', async () => {
    const life = await RealLife.born(real);
    beat(life.state, 1);
    await life.ceremony.advance();
    const [status] = life.state.versions.slice(1);
    await life.ceremony.declareSuccessor();
    await life.ceremony.advance();
    await real.call('generateblock', 'raw(51)#8lvh9jxk', [status?.transaction]);
    await life.ceremony.advance();
    await life.mine(3);
    assert.deepEqual(await life.kinds(), ['BIRTH', 'STATUS', 'SUCCESSOR']);
    await life.hosted();
  });

  it('never anchors a STATUS again that a RETIRE replaced (MDT-LIN-019)', async () => {
    const life = await RealLife.born(real);
    beat(life.state, 1);
    await life.ceremony.advance();
    await life.ceremony.retire();
    await life.ceremony.advance();
    await life.mine(4);
    assert.deepEqual(await life.kinds(), ['BIRTH', 'RETIRE']);
    assert.equal(versionsOf(life, 1).length, 1);
    await life.hosted();
  });

  it('takes a deposit in with the next anchor once it has 6 confirmations, without a restart (MDT-LIN-008)', async () => {
    const life = await RealLife.born(real);
    const { address } = await life.standing();
    const deposit = await real.regtest.pay(address, 50_000);
    beat(life.state, 1);
    await life.mine(5);
    beat(life.state, 2);
    await life.mine(3);
    const spent = life.state.versions.map(({ coins }) => coins.map(({ txid }) => txid).includes(deposit));
    assert.deepEqual(spent, [false, false, true]);
    assert.deepEqual(await life.kinds(), ['BIRTH', 'STATUS', 'STATUS']);
  });

  it('never takes the continuation of another lineage in (MDT-LIN-016)', async () => {
    const [life, other] = [await RealLife.born(real), await RealLife.born(real)];
    const foreign = other.state.versions[0];
    // Another lineage gives its continuation to our key.
    const secret = Buffer.from(other.state.secretKey(0));
    const { signAnchor } = await import('../chain/anchor-builder.ts');
    const gift = signAnchor(
      {
        coins: [{ txid: foreign?.txid ?? '', vout: 1, value: await valueOf(foreign?.txid ?? '') }],
        payload: Buffer.from(life.state.documents[0]?.payload ?? '', 'hex'),
        continuationKey: life.state.publicKey(0),
        feeSatVb: 2,
      },
      secret,
    );
    await real.call('sendrawtransaction', gift.transaction);
    await life.mine(7);
    beat(life.state, 1);
    await life.mine(2);
    assert.deepEqual(await life.kinds(), ['BIRTH', 'STATUS']);
    assert.equal(life.state.versions[1]?.coins.length, 1);
    const { generation } = await life.standing();
    assert.ok((await life.ceremony.wallets.balance(generation)) < 81_400);
  });

  it('asks for coin that a SUCCESSOR lacks, keeps its record in force, and goes on once it is paid (MDT-LIN-022)', async () => {
    const life = await RealLife.born(real);
    life.restart(1_000); // an anchor costs 205,000 now
    await life.ceremony.declareSuccessor();
    const stage = await life.standing();
    assert.equal(stage.inForce.records.length, 1);
    const { lacks } = stage;
    assert.ok(lacks?.at === 'unfunded');
    assert.equal(lacks.address, p2wpkhAddress(life.state.publicKey(0), 'bcrt'));
    assert.ok(lacks.missingSat > 120_000 && lacks.missingSat < 300_000, String(lacks.missingSat));
    await real.regtest.pay(lacks.address, lacks.missingSat);
    assert.equal((await life.standing()).lacks?.at, 'waiting');
    await life.mine(5);
    assert.equal((await life.standing()).lacks?.at, 'waiting');
    await life.mine(3);
    const after = await life.standing();
    assert.deepEqual([after.lacks, after.inForce.records.length], [undefined, 2]);
    await life.hosted();
  });

  it('stops heartbeats at the reserve, and can still end (MDT-LIN-021)', async () => {
    const life = await RealLife.born(real);
    life.restart(150); // an anchor costs 30,750: one, and 40,000 and a little are left
    beat(life.state, 1);
    await life.mine(2);
    beat(life.state, 2);
    await life.mine(2);
    assert.equal((await life.standing()).heartbeatsStopped, true);
    assert.deepEqual(await life.kinds(), ['BIRTH', 'STATUS']);
    await life.ceremony.retire();
    await life.mine(3);
    assert.deepEqual(await life.kinds(), ['BIRTH', 'STATUS', 'RETIRE']);
  });
}).timeout(60_000);

async function valueOf(txid: string): Promise<number> {
  const { value } = await real.call<{ value: number }>('gettxout', txid, 1);
  return Math.round(value * 100_000_000);
}
