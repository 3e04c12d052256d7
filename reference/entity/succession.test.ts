import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { sha256 } from '@noble/hashes/sha2.js';
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { outage, SimulatedNode } from '../chain/simulated-node.ts';
import { checkOutputs, firstOutpoint, readPayload } from '../core/anchor-transaction.ts';
import { checkRecordRules } from '../core/birth-record-rules.ts';
import { verifyChainSignature } from '../core/chain-signature.ts';
import { verifyDigestSignature } from '../core/document-signature.ts';
import { refuses } from '../core/expect-error.ts';
import { validate } from '../core/schema.ts';
import { parseTransaction } from '../core/transaction.ts';
import type { BirthRecord } from '../gen/schemas.ts';
import { REGTEST_GENESIS } from '../runtime/launch-fixture.ts';
import { isCurrent, publish } from './publication.ts';
import type { Born } from './stage.ts';
import { Life } from './test-life.ts';
import { fund } from './test-parts.ts';

/** A D-TA in force. */
async function born(): Promise<Life> {
  const life = new Life(new SimulatedNode(20));
  fund(life.node, life.secrets);
  await life.untilBorn();
  return life;
}

async function inForce(life: Life): Promise<Born['inForce']> {
  const stage = await life.ceremony.advance();
  return stage.at === 'born' ? stage.inForce : assert.fail(stage.at);
}

const recordOf = (text: string | undefined): BirthRecord => validate('birth-record', JSON.parse(text ?? ''));
const read = (hex: string | undefined): ReturnType<typeof parseTransaction> =>
  parseTransaction(hexToBytes(hex ?? ''), '');

describe('a SUCCESSOR', () => {
  it('has a record that succeeds: same lineage, the key announced, a fresh one announced, signed by both (MDT-REC-015 to -018)', async () => {
    const life = await born();
    await life.ceremony.declareSuccessor();
    const [first, second] = life.state.records;
    const [before, after] = [recordOf(first?.record), recordOf(second?.record)];
    checkRecordRules({ ...after, chain: { ...after.chain, genesis: REGTEST_GENESIS } });
    const entityId = Buffer.from(sha256(utf8ToBytes(first?.record ?? ''))).toString('hex');
    assert.deepEqual([after.entity_id, after.previous], [entityId, entityId]);
    assert.deepEqual([after.lineage, after.role, after.chain], [before.lineage, before.role, before.chain]);
    const key = hexToBytes(after.keys.anchor);
    assert.equal(Buffer.from(sha256(key)).toString('hex'), before.keys.next_anchor_hash);
    assert.notEqual(after.keys.next_anchor_hash, before.keys.next_anchor_hash);
    assert.equal(after.keys.status, before.keys.status);
    const digest = sha256(utf8ToBytes(second?.record ?? ''));
    verifyDigestSignature('milagro-birth-record', digest, hexToBytes(second?.signature ?? ''), key);
    const old = hexToBytes(before.keys.anchor);
    verifyDigestSignature('milagro-birth-record', digest, hexToBytes(second?.previousSignature ?? ''), old);
  });

  it('spends the continuation with the old key and pays the new one (MDT-LIN-004)', async () => {
    const life = await born();
    await life.ceremony.declareSuccessor();
    life.node.calls.length = 0;
    await life.ceremony.advance();
    const made = life.node.calls.filter((name) => name === 'watch' || name === 'broadcast');
    assert.deepEqual(made, ['watch', 'broadcast'], 'the new key is watched before anybody can pay it');
    const [birth, successor] = life.state.versions;
    const transaction = read(successor?.transaction);
    assert.deepEqual(firstOutpoint(transaction), { txid: birth?.txid, vout: 1 });
    checkOutputs(transaction, life.state.publicKey(1), '');
    verifyChainSignature(transaction, life.state.publicKey(0), successor?.coins[0].value ?? 0, '');
    assert.equal(readPayload(transaction, '').kind, 'SUCCESSOR');
    assert.deepEqual(life.node.mempool.transactions, [successor?.transaction]);
  });

  it('is in force with policy.confirmations, and the record before until then (MDT-REC-020)', async () => {
    const life = await born();
    await life.ceremony.declareSuccessor();
    const shown: [number, number][] = [];
    for (let block = 0; block < 4; block += 1) {
      const { records, links } = await inForce(life);
      shown.push([records.length, links.length]);
      life.node.mine(1);
    }
    assert.deepEqual(shown, [
      [1, 1],
      [1, 2],
      [2, 2],
      [2, 2],
    ]);
  });

  it('is hosted with the record before, both signatures and the proofs of BIRTH and SUCCESSOR (MDT-REC-018, -019)', async () => {
    const life = await born();
    for (const _ of [1, 2]) {
      await life.ceremony.declareSuccessor();
      await life.pass(3);
    }
    const { hosted, metadata, entityId } = await publish(life.node, 'regtest', await inForce(life));
    validate('hosted-record', hosted);
    const [first, second, third] = life.state.records;
    assert.equal(hosted.sha256, Buffer.from(sha256(utf8ToBytes(third?.record ?? ''))).toString('hex'));
    assert.deepEqual([hosted.signature, hosted.previous_signature], [third?.signature, third?.previousSignature]);
    assert.deepEqual(
      hosted.predecessors?.map(({ birth_record, ...signatures }) => [birth_record, signatures]),
      [
        [recordOf(first?.record), { signature: first?.signature }],
        [recordOf(second?.record), { signature: second?.signature, previous_signature: second?.previousSignature }],
      ],
    );
    assert.equal(entityId, Buffer.from(sha256(utf8ToBytes(first?.record ?? ''))).toString('hex'));
    assert.deepEqual([metadata?.entity_id, metadata?.milagro_birth_record_sha256], [entityId, hosted.sha256]);
    assert.deepEqual(
      hosted.lineage.proofs.map(({ link }) => link),
      [0, 1, 2],
    );
    assert.equal(hosted.anchor.locator.txid, life.state.versions[2]?.txid);
    assert.equal(hosted.lineage.transactions.length, 3);
  });

  it('is in the hosted lineage from its first confirmation on, before it is in force (MDT-PRF-006)', async () => {
    const life = await born();
    const shown = await publish(life.node, 'regtest', await inForce(life));
    await life.ceremony.declareSuccessor();
    assert.equal(await isCurrent(shown, life.node, await inForce(life), true), true);
    life.node.mine(1);
    const now = await inForce(life);
    assert.equal(await isCurrent(shown, life.node, now, true), false);
    const { hosted } = await publish(life.node, 'regtest', now);
    assert.equal(hosted.lineage.transactions.length, 2);
    assert.equal(hosted.sha256, shown.hosted.sha256);
  });

  it('is refused while one is not in force, before the birth is, and after a retirement', async () => {
    const unborn = new Life(new SimulatedNode(20));
    await refuses(async () => unborn.ceremony.declareSuccessor(), 'MDT_NOT_READY', '');
    const life = await born();
    await life.ceremony.declareSuccessor();
    await refuses(async () => life.ceremony.declareSuccessor(), 'MDT_PENDING', 'successor');
    await life.pass(3);
    await life.ceremony.declareSuccessor();
    await life.pass(3);
    await life.ceremony.retire();
    await refuses(async () => life.ceremony.declareSuccessor(), 'MDT_RETIRED', 'retirement');
    await refuses(async () => life.ceremony.retire(), 'MDT_RETIRED', 'retirement');
  });

  it('goes on after a crash at any call to the node, with one record and one SUCCESSOR', async () => {
    const calls = await callsOfASuccession();
    assert.ok(calls > 10);
    for (let fatal = 1; fatal <= calls; fatal += 1) {
      const life = await born();
      let count = 0;
      life.node.onCall = () => {
        count += 1;
        if (count === fatal) throw outage();
      };
      await succeed(life).catch(() => life.restart());
      if (life.state.records.length === 1) await life.ceremony.declareSuccessor();
      await life.pass(4);
      const { records, links } = await inForce(life);
      assert.deepEqual([records.length, links.length], [2, 2], `crash at call ${fatal}`);
      assert.equal(new Set(life.versionsOf(1)).size, 1, `crash at call ${fatal}`);
    }
  }).timeout(30_000);

  it('can be had 64 times, which is as many as an envelope holds', async () => {
    const life = await born();
    for (let count = 0; count < 64; count += 1) {
      await life.ceremony.declareSuccessor();
      await life.ceremony.advance();
      await life.pass(2);
    }
    await refuses(async () => life.ceremony.declareSuccessor(), 'MDT_POLICY', 'successor');
    const { hosted, hostedOctets } = await publish(life.node, 'regtest', await inForce(life));
    validate('hosted-record', hosted);
    assert.equal(hosted.predecessors?.length, 64);
    assert.ok(hostedOctets.length < 1_048_576, String(hostedOctets.length));
  }).timeout(20_000);

  it('is followed by anchors that spend its continuation with the new key', async () => {
    const life = await born();
    await life.ceremony.declareSuccessor();
    await life.pass(3);
    await life.ceremony.retire({ reason: 'sold' });
    await life.pass(3);
    const [, successor, retire] = life.state.versions;
    const transaction = read(retire?.transaction);
    assert.deepEqual(firstOutpoint(transaction), { txid: successor?.txid, vout: 1 });
    checkOutputs(transaction, life.state.publicKey(1), '');
    verifyChainSignature(transaction, life.state.publicKey(1), retire?.coins[0].value ?? 0, '');
  });

  it('leaves the key before it held while a reorganisation could ask for it, and thrown away after', async () => {
    const life = await born();
    await life.ceremony.declareSuccessor();
    await life.pass(100);
    assert.equal(life.state.secretKey(0).length, 32);
    await life.pass(1);
    await refuses(() => life.state.secretKey(0), 'MDT_STATE', 'keys');
    await life.ceremony.declareSuccessor();
    await life.pass(3);
    life.restart();
    assert.equal((await inForce(life)).records.length, 3);
  }).timeout(10_000);
});

describe('a RETIRE', () => {
  it('anchors a document that names the entity, signed by its key, and is hosted once it is deep (MDT-RET-001, -002)', async () => {
    const life = await born();
    await life.ceremony.retire({ reason: 'sold' });
    await life.ceremony.advance();
    await life.pass(1);
    const young = await publish(life.node, 'regtest', await inForce(life));
    assert.equal(young.hosted.retirement, undefined);
    await life.pass(1);
    const { hosted } = await publish(life.node, 'regtest', await inForce(life));
    validate('hosted-record', hosted);
    const document = validate('retirement', hosted.retirement?.retirement);
    assert.deepEqual([document.entity_id, document.reason], [hosted.sha256, 'sold']);
    const digest = hexToBytes(hosted.retirement?.sha256 ?? '');
    const key = life.state.publicKey(0);
    verifyDigestSignature('milagro-retire', digest, hexToBytes(hosted.retirement?.signature ?? ''), key);
    const transaction = read(life.versionsOf(1)[0]);
    const entityId = hexToBytes(hosted.sha256);
    assert.deepEqual(readPayload(transaction, ''), { kind: 'RETIRE', digest, entityId });
    assert.deepEqual(
      hosted.lineage.proofs.map(({ link }) => link),
      [0, 1],
    );
  });

  it('is the last: nothing is anchored after it (MDT-LIN-019)', async () => {
    const life = await born();
    await life.ceremony.retire();
    life.state.enqueue({ kind: 'STATUS', payload: life.state.documents[1]?.payload ?? '' });
    await life.pass(10);
    assert.equal((await inForce(life)).links.length, 2);
    assert.equal(life.state.versions.length, 2);
  });

  it('comes after a SUCCESSOR that was declared before it, signed by the new key', async () => {
    const life = await born();
    await life.ceremony.declareSuccessor();
    await life.ceremony.retire();
    await life.pass(5);
    const { records, links, retirement } = await inForce(life);
    assert.deepEqual(
      [records.length, links.map(({ kind }) => kind), retirement],
      [2, ['BIRTH', 'SUCCESSOR', 'RETIRE'], life.state.retirement],
    );
    const digest = sha256(utf8ToBytes(life.state.retirement?.retirement ?? ''));
    const signature = hexToBytes(life.state.retirement?.signature ?? '');
    verifyDigestSignature('milagro-retire', digest, signature, life.state.publicKey(1));
  });

  it('takes no reason that is no label', async () => {
    const life = await born();
    await refuses(async () => life.ceremony.retire({ reason: 'two\nlines' }), 'MDT_SCHEMA', '/reason');
    assert.equal(life.state.retirement, undefined);
  });
});

async function succeed(life: Life): Promise<void> {
  await life.ceremony.declareSuccessor();
  await life.pass(3);
}

async function callsOfASuccession(): Promise<number> {
  const life = await born();
  life.node.calls.length = 0;
  await succeed(life);
  return life.node.calls.length;
}
