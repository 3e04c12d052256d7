import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { parametersOf } from '../chain-parameters.ts';
import { hash256 } from '../block-header.ts';
import { GrownLineage, REGTEST_CHECKPOINT, REGTEST_GENESIS } from '../fixtures/grown-lineage.ts';
import { onSchedule } from '../fixtures/mined-headers.ts';
import { type HeaderChain } from '../header-chain.ts';
import { bytesToHex, printHash } from '../hex.ts';
import { grown, hosted, outcomes, sourceOf, step, verdictOn } from '../fixtures/verification.ts';

describe('verifyEntity against headers', () => {
  it('answers UNKNOWN while the anchor is not deep enough for reader and record (MDT-CHN-110)', async () => {
    const short = grown.headers.slice(0, hosted.anchor.locator.height + 1);
    const deep = await verdictOn(hosted, { confirmations: 13 });
    const early = new GrownLineage('verify').hosted();
    const record = await verdictOn(early, { sources: [sourceOf(short)], confirmations: 1 });
    for (const verdict of [deep, record]) {
      assert.deepEqual([verdict.verdict, verdict.code], ['UNKNOWN', 'MDT_CONFIRMATIONS']);
      assert.match(outcomes(verdict), /depth:failed/);
    }
    assert.deepEqual([record.confirmations, step(record, 'depth')['required']], [2, 3]);
  });

  it('refuses an anchor whose block is not in the chain with most work (MDT-CHN-109)', async () => {
    // Another branch, from before the anchor, with more headers.
    const height = hosted.anchor.locator.height - 1;
    const fork = grown.headers[height - 1] ?? assert.fail('no header');
    const stronger = forkFrom(fork, grown.height - height + 1);
    const verdict = await verdictOn(hosted, {
      sources: [sourceOf(grown.headers), sourceOf(stronger, 'two')],
      now: grown.now + 10_000,
    });
    assert.deepEqual([verdict.verdict, verdict.code], ['REJECTED', 'MDT_NOT_IN_CHAIN']);
    assert.match(outcomes(verdict), /anchor:failed/);
  });

  it('says nothing of the entity where the headers do not tell (MDT-VER-111)', async () => {
    const { height } = hosted.anchor.locator;
    const withheld = sourceOf(grown.headers.slice(0, height - 1));
    const fork = forkFrom(grown.headers[height - 2] ?? assert.fail('no header'), 3);
    for (const [source, confirmations] of [
      [withheld, 3],
      [sourceOf([...grown.headers.slice(0, height - 1), ...fork]), 4],
    ] as const) {
      const verdict = await verdictOn(hosted, { sources: [source], confirmations, now: grown.now + 10_000 });
      assert.deepEqual([verdict.verdict, verdict.code, verdict.field], ['UNKNOWN', 'MDT_SOURCE', '/anchor/locator']);
    }
    const settled = sourceOf([...grown.headers.slice(0, height - 1), ...fork]);
    assert.equal((await verdictOn(hosted, { sources: [settled], now: grown.now + 10_000 })).code, 'MDT_NOT_IN_CHAIN');
  });

  it('looks below its checkpoint by headers that lead up to it, and cannot tell without them (MDT-CHN-111)', async () => {
    const header = grown.headers[27] ?? assert.fail('no header');
    const checkpoint = {
      ...{ height: 28, hash: printHash(hash256(header)), header: bytesToHex(header), previous_times: [] },
      chainwork: '1'.padStart(64, '0'),
    };
    const parameters = { ...parametersOf(REGTEST_GENESIS), interval: 28 };
    const above = sourceOf(grown.headers.slice(28));
    const asked: number[] = [];
    const whole = {
      ...above,
      earlier: async (chain: HeaderChain, from: number) => {
        asked.push(from);
        chain.addEarlier(grown.headers.slice(from - 1, 27));
      },
    };
    const lower = { ...above, earlier: async (chain: HeaderChain) => chain.addEarlier(grown.headers.slice(1, 26)) };
    const told = await verdictOn(hosted, { parameters, checkpoint, sources: [above, lower, whole] });
    const plain = await verdictOn(hosted);
    assert.deepEqual(
      [told.verdict, told.existed_after, told.existed_before, told.confirmations, asked],
      ['VERIFIED', plain.existed_after, plain.existed_before, 12, [hosted.birth_record.freshness.height - 10]],
    );
    const blind = await verdictOn(hosted, { parameters, checkpoint, sources: [above, lower] });
    assert.deepEqual([blind.verdict, blind.code], ['UNKNOWN', 'MDT_SOURCE']);
    assert.match(blind.message ?? '', /below our checkpoint at 28/);
  });

  it('refuses a locator of another height, and a txref of another place', async () => {
    const { locator } = hosted.anchor;
    const moved = { ...hosted, anchor: { ...hosted.anchor, locator: { ...locator, height: locator.height + 1 } } };
    assert.equal((await verdictOn(moved)).code, 'MDT_NOT_IN_CHAIN');
    for (const txref of ['txrt1:qxgq-qqpq-qmaz-gmp', 'txrt1:qxgq-qqpq-qmaz-gmq']) {
      const misnamed = { ...hosted, anchor: { ...hosted.anchor, locator: { ...locator, txref } } };
      assert.equal((await verdictOn(misnamed)).code, 'MDT_TXREF');
    }
  });

  it('refuses the record of another chain, and a checkpoint that its own chain has not (MDT-DOC-115)', async () => {
    const parameters = { ...parametersOf(REGTEST_GENESIS), genesis: '00'.repeat(32) };
    const checkpoint = { ...REGTEST_CHECKPOINT, height: 2016 };
    const verdict = await verdictOn(hosted, { parameters, checkpoint });
    assert.deepEqual(
      [verdict.verdict, verdict.code, verdict.field],
      ['REJECTED', 'MDT_WRONG_CHAIN', '/birth_record/chain'],
    );
    const ahead = new GrownLineage('ahead');
    const chain = { ...hosted.birth_record.chain, checkpoint: { height: 2016, hash: REGTEST_GENESIS } };
    ahead.succeed({ chain });
    const above = await verdictOn(ahead.hosted(), { from: ahead });
    assert.deepEqual([above.code, above.field], ['MDT_SOURCE', '/birth_record/chain/checkpoint']);
  });

  it('refuses a freshness block that is not in the chain, or not below the anchor (MDT-VER-107)', async () => {
    const [height, hash] = [hosted.birth_record.freshness.height, '00'.repeat(32)];
    for (const freshness of [
      { height, hash },
      { height: 1_000, hash },
    ]) {
      const lineage = new GrownLineage('fresh');
      lineage.succeed({ freshness });
      const verdict = await verdictOn(lineage.hosted(), { from: lineage });
      assert.deepEqual(
        [verdict.verdict, verdict.code, verdict.field],
        ['REJECTED', 'MDT_FRESHNESS', '/birth_record/freshness'],
      );
    }
  });

  it('asks the same of earlier records and of a retirement (MDT-VER-107)', async () => {
    const freshness = { height: hosted.birth_record.freshness.height, hash: '00'.repeat(32) };
    const succeeded = new GrownLineage('fresh');
    succeeded.succeed({ freshness });
    succeeded.succeed();
    const retired = new GrownLineage('fresh');
    retired.retire({ freshness });
    for (const [from, field] of [
      [succeeded, '/predecessors/1/birth_record/freshness'],
      [retired, '/retirement/retirement/freshness'],
    ] as const) {
      const verdict = await verdictOn(from.hosted(), { from });
      assert.deepEqual([verdict.verdict, verdict.code, verdict.field], ['REJECTED', 'MDT_FRESHNESS', field]);
    }
  });
});

/** A branch of its own with regtest's bits. */
function forkFrom(header: Uint8Array, count: number): Uint8Array[] {
  return onSchedule(header, count, 7, 0x207fffff);
}
