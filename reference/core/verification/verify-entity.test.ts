import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { BirthRecord, HostedRecord, Verdict, VerdictStep } from '../../gen/schemas.ts';
import { hash256 } from '../block-header.ts';
import { documentDigest } from '../canonical.ts';
import { signDigest } from '../document-signature.ts';
import { MdtError } from '../errors.ts';
import { flipped } from '../fixtures/anchored-record.ts';
import { GrownLineage, REGTEST_CHECKPOINT, REGTEST_GENESIS } from '../fixtures/grown-lineage.ts';
import { onSchedule } from '../fixtures/mined-headers.ts';
import { parametersOf } from '../chain-parameters.ts';
import type { HeaderChain } from '../header-chain.ts';
import { bytesToHex, printHash } from '../hex.ts';
import type { HeaderSource, KnownEntity, Memory, VerificationRequest } from './request.ts';
import { verifyEntity } from './verify-entity.ts';

const grown = new GrownLineage('verify');
grown.heartbeat();
const hosted = grown.hosted();
const URL = hosted.birth_record.services.birth_record;

class Kept implements Memory {
  readonly entities = new Map<string, KnownEntity>();
  recall(entityId: string): KnownEntity | undefined {
    return this.entities.get(entityId);
  }
  remember(entity: KnownEntity): void {
    this.entities.set(entity.entity_id, entity);
  }
}

function sourceOf(headers: readonly Uint8Array[], name = 'one'): HeaderSource {
  return { name, update: async (chain: HeaderChain, now) => void chain.add(headers, now) };
}

function failing(code: 'MDT_SOURCE' | 'MDT_BITS'): HeaderSource {
  return { name: code, update: () => Promise.reject(new MdtError(code, 'no')) };
}

interface Setting extends Partial<VerificationRequest> {
  readonly from?: GrownLineage;
  readonly sources?: readonly HeaderSource[];
  readonly memory?: Memory;
  readonly fetch?: () => Promise<Uint8Array>;
}

async function verdictOn(shown: HostedRecord, setting: Setting = {}): Promise<Verdict> {
  const { from = grown, sources = [sourceOf(from.headers)], memory = new Kept(), fetch, ...changes } = setting;
  const request = {
    ...{ url: URL, pins: [from.entityId], confirmations: 3, now: from.now, bundled: false },
    ...{ parameters: parametersOf(REGTEST_GENESIS), checkpoint: REGTEST_CHECKPOINT },
    ...changes,
  };
  const ports = { fetch: fetch ?? (async () => Buffer.from(JSON.stringify(shown))), sources, memory };
  return (await verifyEntity(request, ports)).verdict;
}

function outcomes({ steps }: Verdict): string {
  return steps.map(({ step, outcome }) => (outcome === 'ok' ? step : `${step}:${outcome}`)).join(' ');
}

function step({ steps }: Verdict, name: VerdictStep['step']): Record<string, unknown> {
  return steps.find((each) => each.step === name)?.evidence ?? {};
}

/** The record changed and signed anew by its own key, as whoever holds the key could. */
function altered(from: GrownLineage, changes: Partial<BirthRecord> = { name: 'Another' }): HostedRecord {
  const shown = from.hosted();
  const index = from.records.length - 1;
  const record = { ...shown.birth_record, ...changes };
  const digest = documentDigest(record);
  const by = (key: number): string => bytesToHex(signDigest('milagro-birth-record', digest, from.secret(key)));
  return {
    ...shown,
    birth_record: record,
    sha256: bytesToHex(digest),
    signature: by(index),
    ...(index > 0 && { previous_signature: by(index - 1) }),
  };
}

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

/** A branch of its own with regtest's bits. */
function forkFrom(header: Uint8Array, count: number): Uint8Array[] {
  return onSchedule(header, count, 7, 0x207fffff);
}
