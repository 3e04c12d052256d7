import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { documentDigest } from '../canonical.ts';
import { signDigest } from '../document-signature.ts';
import { flipped } from '../fixtures/anchored-record.ts';
import { GrownLineage } from '../fixtures/grown-lineage.ts';
import { bytesToHex } from '../hex.ts';
import { altered, failing, grown, hosted, Kept, outcomes, verdictOn } from '../fixtures/verification.ts';

describe('verifyEntity and what it knows', () => {
  it('answers ALTERED for another record of the key that the lineage shown hands over to (MDT-VER-103)', async () => {
    const from = new GrownLineage('verify');
    from.succeed();
    for (const pins of [[], [from.entityId]]) {
      const verdict = await verdictOn(altered(from), { from, pins });
      assert.deepEqual([verdict.verdict, verdict.code, verdict.entity_id], ['ALTERED', 'MDT_ALTERED', from.entityId]);
    }
    const pinned = await verdictOn(altered(from), { from, pins: ['00'.repeat(32)] });
    assert.deepEqual([pinned.verdict, pinned.code], ['REJECTED', 'MDT_PIN']);
  });

  it('knows no key from a BIRTH alone: anybody can anchor the entity_id of another (MDT-VER-103)', async () => {
    const memory = new Kept();
    await verdictOn(hosted, { memory });
    const mallory = new GrownLineage('mallory', 'relay', documentDigest(hosted.birth_record));
    for (const [from, shown] of [
      [mallory, mallory.hosted()],
      [grown, altered(grown)],
    ] as const) {
      const pinned = await verdictOn(shown, { from, pins: [grown.entityId] });
      assert.deepEqual([pinned.verdict, pinned.code], ['REJECTED', 'MDT_PIN']);
      const unpinned = await verdictOn(shown, { from, pins: [] });
      assert.deepEqual([unpinned.verdict, unpinned.code], ['REJECTED', 'MDT_DIGEST']);
    }
    const known = await verdictOn(mallory.hosted(), { from: mallory, pins: [grown.entityId], memory });
    assert.deepEqual([known.verdict, known.code], ['UNKNOWN', 'MDT_SOURCE']);
  });

  it('answers ALTERED whatever else is wrong with such a record', async () => {
    const from = new GrownLineage('verify');
    from.succeed();
    const { keys } = from.hosted().birth_record;
    const shown = altered(from, { keys: { ...keys, status: keys.anchor } });
    const fromChain = await verdictOn(shown, { from });
    const memory = new Kept();
    await verdictOn(from.hosted(), { from, memory });
    const fromMemory = await verdictOn(shown, { from, memory, sources: [failing('MDT_SOURCE')] });
    for (const verdict of [fromChain, fromMemory]) {
      assert.deepEqual([verdict.verdict, verdict.code, verdict.entity_id], ['ALTERED', 'MDT_ALTERED', from.entityId]);
      assert.match(outcomes(verdict), /record:failed/);
    }
  });

  it('answers ALTERED though its own headers do not reach the checkpoint of such a record (MDT-VER-103, -111)', async () => {
    const from = new GrownLineage('verify');
    from.succeed();
    const { chain } = from.hosted().birth_record;
    const shown = altered(from, { chain: { ...chain, checkpoint: { ...chain.checkpoint, height: 201_600 } } });
    const verdict = await verdictOn(shown, { from });
    assert.deepEqual([verdict.verdict, verdict.entity_id], ['ALTERED', from.entityId]);
  });

  it('does not call altered what another key signed, or what is not in the chain', async () => {
    const from = new GrownLineage('verify');
    from.succeed();
    const shown = altered(from);
    const thief = { ...shown, signature: flipped(shown.signature, -1) };
    assert.deepEqual((await verdictOn(thief, { from })).code, 'MDT_SIGNATURE');
    const unproven = { ...shown, anchor: { ...shown.anchor, locator: { ...shown.anchor.locator, height: 1 } } };
    assert.equal((await verdictOn(unproven, { from })).code, 'MDT_NOT_IN_CHAIN');
    const headerless = await verdictOn(shown, { from, sources: [failing('MDT_SOURCE')] });
    assert.equal(headerless.code, 'MDT_SOURCE');
  });

  it('does not call altered what the key before has signed without the key in force', async () => {
    const successor = new GrownLineage('verify');
    successor.succeed();
    const shown = successor.hosted();
    const keys = { ...shown.birth_record.keys, anchor: bytesToHex(successor.key(5)) };
    const record = { ...shown.birth_record, keys };
    const digest = documentDigest(record);
    const by = (key: number): string => bytesToHex(signDigest('milagro-birth-record', digest, successor.secret(key)));
    const stolen = {
      ...shown,
      birth_record: record,
      sha256: bytesToHex(digest),
      signature: by(5),
      previous_signature: by(0),
    };
    const verdict = await verdictOn(stolen, { from: successor });
    assert.deepEqual([verdict.verdict, verdict.code], ['REJECTED', 'MDT_DIGEST']);
  });

  it('remembers what it verified, and knows by it what was altered, exchanged or withheld (MDT-VER-102, -103)', async () => {
    const memory = new Kept();
    const living = new GrownLineage('verify');
    const first = living.hosted();
    assert.equal((await verdictOn(first, { from: living, memory })).verdict, 'VERIFIED');
    living.heartbeat();
    const beating = living.hosted();
    assert.equal((await verdictOn(beating, { from: living, memory })).verdict, 'VERIFIED');
    assert.equal(memory.recall(living.entityId)?.tip, beating.lineage.proofs.at(-1)?.locator.txid);

    const withheld = await verdictOn(first, { from: living, memory });
    assert.deepEqual([withheld.verdict, withheld.code, withheld.field], ['UNKNOWN', 'MDT_SOURCE', '/lineage']);

    // Without the anchor that would show it: the key is known.
    const stripped = { ...altered(living), anchor: new GrownLineage('other').hosted().anchor };
    assert.equal((await verdictOn(stripped, { from: living, memory })).verdict, 'ALTERED');
    assert.equal((await verdictOn(stripped, { from: living })).verdict, 'REJECTED');

    const stranger = new GrownLineage('stranger').hosted();
    const exchanged = await verdictOn(stranger, { from: living, memory });
    assert.deepEqual([exchanged.verdict, exchanged.code], ['UNKNOWN', 'MDT_SOURCE']);

    const unsigned = altered(living);
    unsigned.signature = flipped(unsigned.signature, -1);
    const tampered = await verdictOn(unsigned, { from: living, memory });
    assert.deepEqual([tampered.verdict, tampered.code], ['UNKNOWN', 'MDT_SOURCE']);
    assert.match(outcomes(tampered), /signature:failed pin:skipped/);

    living.succeed({ name: 'Second' });
    const second = await verdictOn(living.hosted(), { from: living, memory });
    assert.deepEqual([second.verdict, second.entity_id], ['VERIFIED', living.entityId]);
    assert.match(outcomes(second), /lineage successors retirement:skipped/);
    const rolledBack = await verdictOn(beating, { from: living, memory });
    assert.deepEqual([rolledBack.verdict, rolledBack.code], ['UNKNOWN', 'MDT_SOURCE']);
  });

  it('remembers no link that is not deep enough, and goes on where a reorganisation took one out (MDT-VER-110)', async () => {
    const memory = new Kept();
    const living = new GrownLineage('verify');
    const tips: (string | undefined)[] = [];
    const ask = async (confirmations: number): Promise<string> => {
      const { verdict } = await verdictOn(living.hosted(), { from: living, memory, confirmations });
      tips.push(memory.recall(living.entityId)?.tip);
      return verdict;
    };
    living.heartbeat();
    const txids = living.anchors.map(({ transaction }) => transaction.getId());
    assert.deepEqual([await ask(7), await ask(6), await ask(7)], ['VERIFIED', 'VERIFIED', 'VERIFIED']);
    // The heartbeat has six confirmations; once it is remembered, a more careful question does not forget it.
    assert.deepEqual(tips, [txids[0], txids[1], txids[1]]);
    const other = new GrownLineage('verify');
    const young = new Kept();
    await verdictOn(living.hosted(), { from: living, memory: young, confirmations: 7 });
    other.retire(); // in the place of the heartbeat
    assert.equal((await verdictOn(other.hosted(), { from: other, memory: young })).verdict, 'RETIRED');
  });

  it('remembers nothing of an entity that it does not expect', async () => {
    const memory = new Kept();
    await verdictOn(hosted, { pins: [], memory });
    assert.equal(memory.entities.size, 0);
  });
});
