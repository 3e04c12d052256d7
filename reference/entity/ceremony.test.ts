import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { sha256 } from '@noble/hashes/sha2.js';
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { checkOutputs, firstOutpoint, readPayload } from '../core/anchor-transaction.ts';
import { checkRecordRules } from '../core/birth-record-rules.ts';
import { verifyDigestSignature } from '../core/document-signature.ts';
import { refuses } from '../core/expect-error.ts';
import { validate } from '../core/schema.ts';
import { parseTransaction } from '../core/transaction.ts';
import { outage, SimulatedNode } from '../chain/simulated-node.ts';
import { REGTEST_GENESIS } from '../runtime/launch-fixture.ts';
import { anchorPublicKey } from './secrets.ts';
import { Life } from './test-life.ts';
import { FUNDS, fund } from './test-parts.ts';

describe('the ceremony', () => {
  it('goes keys → fund → confirmations → record and anchor → confirmations → born, a block at a time', async () => {
    const life = new Life(new SimulatedNode(20));
    const stages: string[] = [];
    const step = async (): Promise<void> => {
      const stage = await life.ceremony.advance();
      stages.push(`${stage.at}${stage.at === 'waiting' ? `: ${stage.detail}` : ''}`);
    };
    await step();
    fund(life.node, life.secrets);
    await step();
    for (let block = 0; block < 4; block += 1) {
      life.node.mine(1);
      await step();
    }
    assert.deepEqual(stages, [
      'unfunded',
      'waiting: the funding is not deep enough: 2 confirmations, and 6 where it takes several coins',
      'waiting: the funding is not deep enough: 2 confirmations, and 6 where it takes several coins',
      'waiting: the BIRTH is not in a block yet',
      'waiting: the BIRTH has 1 of 2 confirmations',
      'born',
    ]);
  });

  it('names address and amount, and only what is missing once a part is paid (MDT-CHN-004)', async () => {
    const life = new Life(new SimulatedNode(20));
    const before = await life.ceremony.advance();
    assert.ok(before.at === 'unfunded' && before.address.startsWith('bcrt1q'));
    assert.equal(before.missingSat, FUNDS);
    fund(life.node, life.secrets, FUNDS - 1_000);
    const after = await life.ceremony.advance();
    assert.ok(after.at === 'unfunded');
    assert.deepEqual([after.address, after.missingSat], [before.address, 1_000]);
    assert.equal(life.node.broadcasts.length, 0);
  });

  it('writes a record that is valid, signed, and anchored by a transaction that spends the outpoint it names', async () => {
    const life = new Life(new SimulatedNode(20));
    const txid = fund(life.node, life.secrets);
    const { birth, inForce } = await life.untilBorn();
    const [kept = assert.fail()] = inForce.records;
    const record = validate('birth-record', JSON.parse(kept.record));
    // The rules of regtest, though the simulated chain has a genesis of its own.
    checkRecordRules({ ...record, chain: { ...record.chain, genesis: REGTEST_GENESIS } });
    assert.deepEqual(record.lineage, { txid, vout: 0 });
    const digest = sha256(utf8ToBytes(kept.record));
    const key = anchorPublicKey(life.secrets);
    verifyDigestSignature('milagro-birth-record', digest, hexToBytes(kept.signature), key);
    const transaction = parseTransaction(hexToBytes(birth.transaction), '');
    checkOutputs(transaction, key, '');
    assert.deepEqual(firstOutpoint(transaction), record.lineage);
    assert.deepEqual(readPayload(transaction, ''), { kind: 'BIRTH', role: 'dta', digest, hostHint: '127.0.0.1:8080' });
  });

  it('names a freshness block with 6 blocks upon it, and is not created before it (MDT-DOC-015, -016)', async () => {
    const life = new Life(new SimulatedNode(20));
    fund(life.node, life.secrets);
    life.node.mine(2);
    await life.ceremony.advance();
    const record = validate('birth-record', JSON.parse(life.state.birth?.record ?? ''));
    assert.equal(record.freshness.height, life.node.height - 6);
    assert.equal(record.freshness.hash, await life.node.blockHash(record.freshness.height));
    const { medianTime } = await life.node.blockInfo(record.freshness.hash);
    assert.ok(Date.parse(record.created) / 1000 >= medianTime);
  });

  it('waits while the chain is too short for a freshness block', async () => {
    const life = new Life(new SimulatedNode(3));
    fund(life.node, life.secrets);
    life.node.mine(2);
    assert.equal((await life.ceremony.advance()).at, 'waiting');
    assert.equal(life.state.birth, undefined);
    life.node.mine(1);
    await life.untilBorn();
  });

  it('anchors nothing on another chain (MDT-CHN-001, -002)', async () => {
    const life = new Life(new SimulatedNode(20));
    fund(life.node, life.secrets);
    life.node.mine(3);
    const header = life.node.headerHex.bind(life.node);
    life.node.headerHex = async (hash) => `${await header(hash)}${'00'.repeat(84)}`;
    await refuses(async () => life.ceremony.advance(), 'MDT_WRONG_CHAIN', 'chain.header_format');
    assert.deepEqual([life.node.broadcasts.length, life.state.birth], [0, undefined]);
  });

  it('resumes after a crash at any call to the node, and broadcasts one BIRTH only (MDT-LIN-009, -010)', async () => {
    const calls = await callsOfABirth();
    assert.ok(calls > 15);
    for (let fatal = 1; fatal <= calls; fatal += 1) {
      const life = new Life(new SimulatedNode(20));
      fund(life.node, life.secrets);
      let count = 0;
      life.node.onCall = () => {
        count += 1;
        if (count === fatal) throw outage();
      };
      await life.untilBorn().catch(() => life.restart());
      const { birth } = await life.untilBorn();
      assert.deepEqual([...new Set(life.node.broadcasts)], [birth.transaction], `crash at call ${fatal}`);
    }
  }).timeout(20_000);

  it('has the signed BIRTH on disk before the network sees it', async () => {
    const life = new Life(new SimulatedNode(20));
    fund(life.node, life.secrets);
    life.node.mine(2);
    let keptBefore = false;
    life.node.onCall = (name) => {
      if (name === 'broadcast') keptBefore = (life.writes.at(-1) ?? '').includes('"transaction"');
    };
    await life.ceremony.advance();
    assert.equal(keptBefore, true);
  });

  it('broadcasts the same BIRTH again when a reorganisation took it, and when the mempool forgot it', async () => {
    const life = new Life(new SimulatedNode(20));
    fund(life.node, life.secrets);
    const born = await life.untilBorn();
    life.node.disconnect(2);
    assert.equal((await life.ceremony.advance()).at, 'waiting');
    life.node.mine(1); // the funding again, and the BIRTH upon it
    const again = await life.untilBorn();
    assert.notEqual(again.inForce.blockHash, born.inForce.blockHash);
    life.node.disconnect(2);
    life.node.mempool.forget();
    assert.deepEqual((await life.untilBorn()).birth, born.birth);
    assert.deepEqual([...new Set(life.node.broadcasts)], [born.birth.transaction]);
  });

  it('anchors nothing else where the funding itself is gone: it waits', async () => {
    const life = new Life(new SimulatedNode(20));
    fund(life.node, life.secrets);
    const { birth } = await life.untilBorn();
    life.node.disconnect(5, true);
    fund(life.node, life.secrets, FUNDS * 2);
    life.node.mine(3);
    const stage = await life.ceremony.advance();
    assert.ok(stage.at === 'waiting' && stage.detail.includes('outpoint'));
    assert.deepEqual([...new Set(life.node.broadcasts)], [birth.transaction]);
  });
});

async function callsOfABirth(): Promise<number> {
  const life = new Life(new SimulatedNode(20));
  fund(life.node, life.secrets);
  await life.untilBorn();
  return life.node.calls.length;
}
