import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { type HostedRecord } from '../../gen/schemas.ts';
import { MdtError } from '../errors.ts';
import { flipped } from '../fixtures/anchored-record.ts';
import { GrownLineage } from '../fixtures/grown-lineage.ts';
import { altered, failing, grown, hosted, outcomes, sourceOf, step, verdictOn } from '../fixtures/verification.ts';

describe('verifyEntity', () => {
  it('answers VERIFIED for the entity that is pinned, with the evidence of each step', async () => {
    const verdict = await verdictOn(hosted);
    assert.equal(verdict.verdict, 'VERIFIED');
    assert.equal(
      outcomes(verdict),
      'fetch read record digest signature pin headers anchor depth time lineage successors:skipped retirement:skipped',
    );
    assert.deepEqual(
      [verdict.entity_id, verdict.digest, verdict.role, verdict.confirmations, verdict.headers.tip?.height],
      [grown.entityId, grown.entityId, 'relay', 12, grown.height],
    );
    assert.equal(
      verdict.headers.work,
      BigInt(2 * (grown.height + 1))
        .toString(16)
        .padStart(64, '0'),
    );
    assert.ok(
      verdict.steps.every(({ outcome, requirements }) => (outcome === 'skipped') === (requirements.length === 0)),
    );
  });

  it('bounds the writing by median times: of the freshness block, and of the sixth after the anchor (MDT-VER-106)', async () => {
    const { existed_after: after, existed_before: before } = await verdictOn(hosted);
    // Blocks come every 600 seconds, so the median of 11 is the time of the fifth before.
    const time = (height: number): string =>
      new Date((1_296_688_602 + height * 600) * 1000).toISOString().replace('.000Z', 'Z');
    const { freshness } = hosted.birth_record;
    assert.deepEqual([after, before], [time(freshness.height - 5), time(hosted.anchor.locator.height + 6 - 5)]);
    const young = new GrownLineage('verify');
    const open = await verdictOn(young.hosted(), { from: young });
    assert.deepEqual([open.verdict, open.existed_before, open.confirmations], ['VERIFIED', undefined, 6]);
  });

  it('answers UNPINNED without a pin, and REJECTED where another entity is expected (MDT-VER-101, -109)', async () => {
    const free = await verdictOn(hosted, { pins: [] });
    assert.deepEqual([free.verdict, free.code, free.entity_id], ['UNPINNED', 'MDT_UNPINNED', grown.entityId]);
    const other = await verdictOn(hosted, { pins: ['00'.repeat(32)] });
    assert.deepEqual([other.verdict, other.code], ['REJECTED', 'MDT_PIN']);
    assert.match(outcomes(other), /pin:failed headers:skipped/);
    // Nothing that costs much is done for whoever is not expected.
    const { keys } = hosted.birth_record;
    const worse = await verdictOn(altered(grown, { keys: { ...keys, status: keys.anchor } }));
    assert.equal(worse.code, 'MDT_PIN');
    assert.match(outcomes(worse), /read record:skipped digest signature pin:failed/);
    assert.equal(step(worse, 'record')['name'], hosted.birth_record.name);
    const oneOfTwo = await verdictOn(hosted, { pins: ['00'.repeat(32), grown.entityId] });
    assert.equal(oneOfTwo.verdict, 'VERIFIED');
  });

  it('answers UNKNOWN where nothing is received, at another place, or without headers (MDT-VER-102, -108)', async () => {
    const silent = await verdictOn(hosted, { fetch: () => Promise.reject(new MdtError('MDT_SOURCE', 'no answer')) });
    const elsewhere = await verdictOn(hosted, { url: 'http://127.0.0.1:1/copy' });
    const headerless = await verdictOn(hosted, { sources: [failing('MDT_SOURCE'), failing('MDT_BITS')] });
    for (const [verdict, where] of [
      [silent, 'fetch'],
      [elsewhere, 'record'],
      [headerless, 'headers'],
    ] as const) {
      assert.deepEqual([verdict.verdict, verdict.code], ['UNKNOWN', 'MDT_SOURCE']);
      assert.match(outcomes(verdict), new RegExp(`${where}:failed`));
      assert.equal(verdict.headers.tip, undefined);
    }
    assert.equal((await verdictOn(hosted, { url: 'http://127.0.0.1:1/copy', bundled: true })).verdict, 'VERIFIED');
  });

  it('takes the source with most work, and names those that answered (MDT-CHN-108, MDT-VER-105)', async () => {
    const short = sourceOf(grown.headers.slice(0, -3), 'behind');
    const verdict = await verdictOn(hosted, {
      sources: [short, failing('MDT_SOURCE'), sourceOf(grown.headers, 'ahead')],
    });
    const given = verdict.headers.sources.map(({ name, tip, best, code }) => [name, tip?.height, best, code]);
    assert.deepEqual(given, [
      ['behind', grown.height - 3, false, undefined],
      ['MDT_SOURCE', undefined, false, 'MDT_SOURCE'],
      ['ahead', grown.height, true, undefined],
    ]);
    assert.deepEqual([verdict.headers.tip?.height, verdict.confirmations], [grown.height, 12]);
  });

  it('names the source that gave most work for it, though its headers were refused in the end, or are remembered', async () => {
    const broken = sourceOf([...grown.headers, Buffer.alloc(80)], 'broken');
    const kept = { ...sourceOf(grown.headers, 'state'), remembered: true };
    const honest = sourceOf(grown.headers.slice(0, -1), 'honest');
    for (const [first, code] of [
      [broken, 'MDT_HEADER_LINK'],
      [kept, undefined],
    ] as const) {
      const { headers } = await verdictOn(hosted, { sources: [first, honest] });
      const given = headers.sources.map(({ name, tip, best, code: fault }) => [name, tip?.height, best, fault]);
      assert.deepEqual(given, [
        [first.name, grown.height, true, code],
        ['honest', grown.height - 1, false, undefined],
      ]);
    }
    // What is remembered is nobody's answer.
    assert.equal((await verdictOn(hosted, { sources: [kept, failing('MDT_SOURCE')] })).code, 'MDT_SOURCE');
  });

  it('answers RETIRED where the end is deep enough, and shows in the evidence one that is not (MDT-VER-104)', async () => {
    const ended = new GrownLineage('verify');
    ended.retire();
    const verdict = await verdictOn(ended.hosted(), { from: ended });
    assert.deepEqual(
      [verdict.verdict, verdict.code, step(verdict, 'retirement')['reason']],
      ['RETIRED', 'MDT_RETIRED', 'end of life'],
    );
    const early = await verdictOn(ended.hosted(), { from: ended, confirmations: 7 });
    assert.deepEqual([early.verdict, step(early, 'retirement')['deep']], ['VERIFIED', false]);
  });

  it('refuses a record that breaks a rule with the code of the rule, at the step that saw it', async () => {
    for (const [change, code, at] of [
      [{ more: 1 }, 'MDT_UNKNOWN_MEMBER', 'read'],
      [{ predecessors: [] }, 'MDT_SCHEMA', 'record'],
      [{ sha256: '00'.repeat(32) }, 'MDT_DIGEST', 'digest'],
      [{ signature: flipped(hosted.signature, -1) }, 'MDT_SIGNATURE', 'signature'],
      [
        { anchor: { ...hosted.anchor, proof: { ...hosted.anchor.proof, prevout_value: 5 } } },
        'MDT_CHAIN_SIGNATURE',
        'anchor',
      ],
      [{ lineage: { ...hosted.lineage, proofs: hosted.lineage.proofs.slice(1) } }, 'MDT_SCHEMA', 'lineage'],
    ] as const) {
      const verdict = await verdictOn({ ...hosted, ...change } as HostedRecord);
      assert.deepEqual([verdict.verdict, verdict.code], ['REJECTED', code]);
      assert.match(outcomes(verdict), new RegExp(`${at}:failed`));
    }
  });
});
