import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { BlockRef, HostedStatus, Status } from '../../gen/schemas.ts';
import { hash256 } from '../block-header.ts';
import { parametersOf } from '../chain-parameters.ts';
import { GrownLineage, REGTEST_GENESIS } from '../fixtures/grown-lineage.ts';
import { onSchedule } from '../fixtures/mined-headers.ts';
import { sourceOf, step, verdictOn } from '../fixtures/verification.ts';
import { STATUS_KEY, writtenStatuses, type Written } from '../fixtures/written-statuses.ts';
import type { HeaderChain } from '../header-chain.ts';
import { bytesToHex, printHash } from '../hex.ts';
import type { CanaryPort } from './request.ts';

const BLOCK_SECONDS = 600;
const grown = new GrownLineage('dated canary', 'relay', undefined, ({ keys, policy }) => ({
  keys: { ...keys, status: STATUS_KEY },
  policy: { ...policy, canary_max_age_seconds: 30 * 86_400 },
}));
const hosted = grown.hosted();
grown.mine(180);
const { now } = grown;

function port(shown: readonly HostedStatus[], known: readonly HostedStatus[] = []): CanaryPort {
  return {
    fetch: async () => shown.map((each) => Buffer.from(JSON.stringify(each))),
    known: () => known,
    remember: () => undefined,
  };
}

/** What a reader says of these STATUSes. */
async function said(plans: Written[], more: Parameters<typeof verdictOn>[1] = {}): Promise<string> {
  const canary = port(writtenStatuses(hosted, plans));
  const { verdict, code, field } = await verdictOn(hosted, { from: grown, canary, now, ...more });
  return [verdict, code, field].filter((each) => each !== undefined).join(' ');
}

function blockAt(height: number): BlockRef {
  return { height, hash: printHash(hash256(grown.blocks[height]?.header ?? new Uint8Array())) };
}

/** Median time past of a block: blocks come every ten minutes, so that of the fifth before. */
function medianAt(height: number): number {
  return now - (grown.height + 1 - (height - 5)) * BLOCK_SECONDS;
}

const saying = (says: Partial<Status>, at = now - 60): Written => ({ at, says });
const { chain } = hosted.birth_record;

describe('the chain and the age of a STATUS', function () {
  this.timeout(20_000);
  it('trips by one of another chain, of the record in force, whether it is the newest or not (MDT-STA-108)', async () => {
    const elsewhere = saying({ chain: { ...chain, genesis: '00'.repeat(32) } });
    assert.equal(await said([elsewhere]), 'TRIPPED MDT_WRONG_CHAIN /status/chain/genesis');
    assert.equal(await said([elsewhere, { at: now - 30 }]), 'TRIPPED MDT_WRONG_CHAIN /status/chain/genesis');
    for (const height of [0, 10]) {
      const other = saying({ chain: { ...chain, checkpoint: { height, hash: '5e'.repeat(32) } } });
      assert.equal(await said([other]), 'TRIPPED MDT_WRONG_CHAIN /status/chain/checkpoint');
    }
  });

  it('trips by one whose freshness block is not in the chain (MDT-STA-109)', async () => {
    const nowhere = saying({ freshness: { height: 10, hash: '5e'.repeat(32) } });
    assert.equal(await said([nowhere]), 'TRIPPED MDT_FRESHNESS /status/freshness');
    assert.equal(
      await said([nowhere, saying({ freshness: blockAt(grown.height - 6) })]),
      'TRIPPED MDT_FRESHNESS /status/freshness',
    );
  });

  it('says nothing where its headers do not settle the block, and what trips goes before that (MDT-VER-111)', async () => {
    const ahead = saying({ freshness: { height: grown.height + 1, hash: '5e'.repeat(32) } });
    assert.equal(await said([ahead]), 'UNKNOWN MDT_SOURCE /status/freshness');
    assert.equal(await said([saying({ freshness: blockAt(grown.height) })]), 'ACTIVE');
    assert.equal(await said([{ ...ahead, lacks: ['GAG'] }]), 'TRIPPED MDT_STATUS_CODE /status/codes');
    const nowhere = saying({ freshness: { height: 10, hash: '5e'.repeat(32) } });
    assert.equal(await said([ahead, nowhere]), 'TRIPPED MDT_FRESHNESS /status/freshness');
  });

  it('trips by one that is dated before its block or long after it (MDT-STA-110)', async () => {
    const [old, late] = [10, 10 + 168];
    const of = (at: number): Written => saying({ freshness: blockAt(old) }, at);
    assert.equal(await said([of(medianAt(old))]), 'ACTIVE');
    assert.equal(await said([of(medianAt(old) - 1)]), 'TRIPPED MDT_FRESHNESS /status/created');
    assert.equal(await said([of(medianAt(late))]), 'ACTIVE');
    assert.equal(await said([of(medianAt(late) + 1)]), 'TRIPPED MDT_FRESHNESS /status/created');
    // Until the block is there nobody can say.
    const sources = [sourceOf(grown.headers.slice(0, late - 1))];
    assert.equal(await said([of(medianAt(late) + 1)], { sources }), 'ACTIVE');
  });

  it('trips by a stack that was signed at once, each dated later, while the chain goes on', async () => {
    const stack = [0, 20, 40].map((days) => saying({ freshness: blockAt(20) }, medianAt(30) + days * 86_400));
    const year = now + 45 * 86_400;
    const sources = [
      sourceOf([...grown.headers, ...onSchedule(grown.headers.at(-1) ?? new Uint8Array(), 1, 1, 0x207fffff)]),
    ];
    assert.equal(await said(stack, { now: year, sources }), 'TRIPPED MDT_FRESHNESS /status/created');
  });

  it('trips by one that is dated more than two hours ahead, and no more once its time has come (MDT-STA-111)', async () => {
    const ahead = saying({ freshness: blockAt(grown.height - 6) }, now + 7_201);
    assert.equal(await said([ahead]), 'TRIPPED MDT_STATUS_SEQ /status/created');
    assert.equal(await said([ahead], { now: now + 1 }), 'ACTIVE');
  });

  it('does not look at those of a record before', async () => {
    const succeeded = new GrownLineage('dated canary', 'relay', undefined, ({ keys, policy }) => ({
      keys: { ...keys, status: STATUS_KEY },
      policy: { ...policy, canary_max_age_seconds: 30 * 86_400 },
    }));
    const first = succeeded.hosted();
    succeeded.succeed();
    const second = succeeded.hosted();
    const [past] = writtenStatuses(first, [
      saying({ freshness: { height: 10, hash: '5e'.repeat(32) } }, succeeded.now - 60),
    ]);
    assert.ok(past);
    const [own] = writtenStatuses(second, [saying({ seq: 1, previous: past.sha256 }, succeeded.now - 30)]);
    assert.ok(own);
    const { verdict } = await verdictOn(second, { from: succeeded, canary: port([past, own]) });
    assert.equal(verdict, 'ACTIVE');
  });

  it('asks for headers below its checkpoint as far down as a STATUS names a block', async () => {
    const base = 40;
    const header = grown.headers[base - 1] ?? assert.fail('no header');
    const checkpoint = {
      ...{ height: base, hash: printHash(hash256(header)), header: bytesToHex(header), previous_times: [] },
      chainwork: '1'.padStart(64, '0'),
    };
    const lowest: number[] = [];
    const source = {
      ...sourceOf(grown.headers.slice(base)),
      earlier: async (own: HeaderChain, from: number) => {
        lowest.push(from);
        own.addEarlier(grown.headers.slice(from - 1, base - 1));
      },
    };
    const canary = port(writtenStatuses(hosted, [saying({ freshness: blockAt(12) }, medianAt(100))]));
    const parameters = { ...parametersOf(REGTEST_GENESIS), interval: base };
    const answer = await verdictOn(hosted, { from: grown, canary, now, parameters, checkpoint, sources: [source] });
    assert.deepEqual([answer.verdict, lowest.at(-1)], ['ACTIVE', 2], JSON.stringify(step(answer, 'canary')));
  });
});
