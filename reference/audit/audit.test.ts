import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { canonicalOctets } from '../core/canonical.ts';
import { refuses } from '../core/expect-error.ts';
import { bytesToHex } from '../core/hex.ts';
import { formatTime } from '../core/time.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { AuditedLog, found, PERIOD } from './audited-fixture.ts';

/** Three periods: 300 entries, none, 20; the second root is anchored. */
async function lived(): Promise<AuditedLog> {
  const log = await AuditedLog.serve();
  for (let entry = 0; entry < 300; entry += 1) log.enter(log.start + 5 + entry * 10);
  log.closePeriod();
  const second = log.closePeriod();
  for (let entry = 0; entry < 20; entry += 1) log.enter(log.start + 2 * PERIOD + entry);
  log.closePeriod();
  log.anchor(second);
  return log;
}

describe('an audit', function () {
  this.timeout(20_000);
  let log: AuditedLog;
  beforeEach(async () => (log = await lived()));
  afterEach(async () => log.close());

  it('finds nothing where nothing is wrong, and says what it read', async () => {
    const verdict = await log.audit();
    assert.deepEqual([verdict.verdict, found(verdict)], ['CLEAN', []]);
    assert.equal(verdict.verification.verdict, 'ACTIVE');
    assert.deepEqual(
      [verdict.log?.entries, verdict.log?.roots],
      [
        { from: 0, to: 320 },
        { from: 0, to: 3 },
      ],
    );
    assert.deepEqual(verdict.log?.recomputed, { tree_size: 320, root: bytesToHex(log.root()) });
    assert.deepEqual(verdict.anchors, { activity_roots: 1, statuses: 0, newest_seq: 1 });
  });

  it('detects roots of periods that have not ended, whatever time they say they were written at', async () => {
    const { now } = log;
    for (const change of [{ created: formatTime(now) }, {}]) {
      const { length } = log.roots;
      for (let ahead = 0; ahead < 3; ahead += 1) log.closePeriod(change);
      log.now = now;
      const verdict = await log.audit();
      assert.deepEqual([verdict.verdict, verdict.findings[0]?.code], ['BROKEN', 'MDT_LOG_PERIOD']);
      log.roots.length = length;
    }
  });

  it('detects another newest root than the one of its number, though it states the digest of that', async () => {
    const newest = log.roots.at(-1);
    assert.ok(newest);
    const forged = { ...newest, activity_root: { ...newest.activity_root, tree_size: 7, root: '00'.repeat(32) } };
    log.lies.set('root', canonicalOctets(forged));
    assert.deepEqual(found(await log.audit()), ['MDT_LOG_FORK MDT-LOG-022 root 2']);
  });

  it('takes entries of the period that has no root yet', async () => {
    log.enter(log.now);
    const verdict = await log.audit();
    assert.deepEqual([verdict.verdict, verdict.log?.entries.to], ['CLEAN', 321]);
  });

  it('detects an entry that was rewritten', async () => {
    log.entries[7] = canonicalOctets({
      ...(JSON.parse(String(Buffer.from(log.entries[7] ?? ''))) as object),
      kind: 'app',
    });
    const verdict = await log.audit();
    assert.equal(verdict.verdict, 'BROKEN');
    assert.deepEqual(
      found(verdict),
      [0, 1, 2].map((seq) => `MDT_LOG_ROOT MDT-LOG-018 root ${seq}`),
    );
  });

  it('detects a root that says more or fewer entries than its period has', async () => {
    log.roots.pop();
    log.closePeriod({ tree_size: 319, root: bytesToHex(log.root(319)) });
    assert.deepEqual(found(await log.audit()), ['MDT_LOG_ROOT MDT-LOG-017 root 2']);
    log.roots.pop();
    log.enter(log.start + 3 * PERIOD);
    log.closePeriod();
    assert.deepEqual(found(await log.audit()), ['MDT_LOG_ROOT MDT-LOG-017 root 2']);
  });

  it('detects a period that is missing in the succession', async () => {
    const [, , third] = log.roots;
    assert.ok(third);
    const later = {
      period_start: formatTime(log.start + 3 * PERIOD),
      period_end: formatTime(log.start + 4 * PERIOD),
    };
    log.roots[2] = log.signed({ ...third.activity_root, ...later });
    assert.deepEqual(found(await log.audit()), ['MDT_LOG_PERIOD MDT-LOG-105 root 2']);
    log.roots[2] = third;
  });

  it('detects a root that came late, and one that has not come', async () => {
    log.roots.pop();
    log.closePeriod({ created: formatTime(log.start + 4 * PERIOD) });
    log.now = log.start + 4 * PERIOD + 1;
    const edge = await log.audit();
    assert.deepEqual([edge.verdict, found(edge)], ['CLEAN', []], 'one period late');
    log.roots.pop();
    log.closePeriod({ created: formatTime(log.start + 4 * PERIOD + 1) });
    const late = await log.audit();
    assert.deepEqual([late.verdict, found(late)], ['LATE', ['MDT_LOG_LATE MDT-LOG-021 root 2']]);
    log.now = log.start + 5 * PERIOD;
    assert.deepEqual(found(await log.audit()), ['MDT_LOG_LATE MDT-LOG-021 root 2']);
    log.now += 1;
    const missing = await log.audit();
    assert.deepEqual(found(missing), ['MDT_LOG_LATE MDT-LOG-021 root 2', 'MDT_LOG_LATE MDT-LOG-021 root 3']);
  });

  it('expects roots after a RETIRE until they hold all entries, and no more', async () => {
    log.grown.retire();
    log.now = Math.max(log.now, log.grown.now) + 40 * PERIOD;
    const ended = await log.audit();
    assert.deepEqual([ended.verification.verdict, ended.verdict, found(ended)], ['RETIRED', 'CLEAN', []]);
    log.enter(log.start + 3 * PERIOD + 1);
    const open = await log.audit();
    assert.deepEqual([open.verdict, found(open)], ['LATE', ['MDT_LOG_LATE MDT-LOG-021 root 3']]);
    log.closePeriod({ created: formatTime(log.start + 4 * PERIOD + 1) });
    assert.deepEqual(found(await log.audit()), []);
  });

  it('expects a first root once the BIRTH is deep enough for the entity to be ready', async () => {
    log.roots.length = 0;
    log.entries.length = 0;
    const anchored = ({ code }: { code: string }): boolean => code === 'MDT_LOG_ANCHOR';
    log.now = log.start + 2 * PERIOD;
    assert.ok((await log.audit()).findings.every(anchored));
    log.now = log.start + 4 * PERIOD;
    assert.ok(found(await log.audit()).includes('MDT_LOG_LATE MDT-LOG-021 root 0'));
  });

  it('detects an anchor of nobody, of a root or of a STATUS', async () => {
    log.anchor({ sha256: '5e'.repeat(32) });
    log.anchor({ sha256: '5f'.repeat(32) }, 'STATUS');
    const verdict = await log.audit();
    assert.equal(verdict.verdict, 'BROKEN');
    const served = found(verdict).filter((each) => each.startsWith('MDT_LOG_ANCHOR'));
    assert.deepEqual(served, ['MDT_LOG_ANCHOR MDT-STA-010 link 3', 'MDT_LOG_ANCHOR MDT-LOG-024 link 2']);
  });

  it('takes the anchor of a STATUS that is served', async () => {
    log.anchor(log.statuses[0] ?? { sha256: '' }, 'STATUS');
    const verdict = await log.audit();
    assert.deepEqual([verdict.anchors?.statuses, found(verdict)], [1, []]);
  });

  it('detects roots that are anchored out of their order, and an anchor that is overdue', async () => {
    log.anchor(log.roots[0] ?? { sha256: '' });
    assert.ok(found(await log.audit()).includes('MDT_LOG_FORK MDT-LOG-025 link 2'));
    log.grown.mine(60);
    while (log.now < log.grown.now) log.closePeriod();
    const overdue = await log.audit();
    assert.ok(found(overdue).includes('MDT_LOG_LATE MDT-LOG-026 root 3'), found(overdue).join('\n'));
  });

  it('detects a root that names a STATUS of nobody', async () => {
    log.roots.pop();
    log.closePeriod({ status_digest: '5e'.repeat(32) });
    assert.deepEqual(found(await log.audit()), ['MDT_LOG_ANCHOR MDT-LOG-023 root 2']);
  });

  it('detects a checkpoint by another key, of another tree, and one that cannot be had', async () => {
    const right = log.checkpoint().toString();
    log.lies.set('checkpoint', Buffer.from(right.replace(/.{4}\n$/, 'AAA=\n')));
    assert.deepEqual(found(await log.audit()), ['MDT_LOG_CHECKPOINT MDT-LOG-101 checkpoint']);
    log.lies.set('checkpoint', log.checkpoint(320, sha256(Uint8Array.of(1))));
    assert.deepEqual(found(await log.audit()), ['MDT_LOG_ROOT MDT-LOG-010 checkpoint']);
    log.lies.set('checkpoint', undefined);
    const gone = await log.audit();
    assert.deepEqual([gone.verdict, found(gone)], ['UNKNOWN', ['MDT_NOT_FOUND MDT-LOG-101 checkpoint']]);
  });

  it('detects bundles that are cut or short, and what is no entry', async () => {
    const path = 'tile/entries/001.p/64';
    const right = Buffer.from(log.answer(path) ?? []);
    for (const [lie, finding] of [
      [right.subarray(0, -1), 'MDT_LOG_ROOT MDT-LOG-010 entry bundle 1'],
      [right.subarray(0, 2 + right.readUInt16BE(0)), 'MDT_LOG_ROOT MDT-LOG-010 entry bundle 1'],
    ] as const) {
      log.lies.set(path, lie);
      const verdict = await log.audit();
      assert.deepEqual([verdict.verdict, found(verdict)], ['BROKEN', [finding]]);
    }
    log.lies.clear();
    log.entries.push(Buffer.from(`{"name":"alice"}`));
    assert.deepEqual(found(await log.audit()), ['MDT_SCHEMA MDT-LOG-001 entry 320']);
  });

  it('sees that a canary has tripped, and says nothing of an entity that is not verified', async () => {
    log.statuses = log.stated({ at: log.start + 1 }, { at: log.now, lacks: ['GAG'] });
    const tripped = await log.audit();
    assert.deepEqual([tripped.verdict, found(tripped)], ['TRIPPED', ['MDT_STATUS_CODE MDT-STA-101 /status/codes']]);
    const other = await log.audit(undefined, { pins: ['00'.repeat(32)] });
    assert.deepEqual([other.verdict, other.log], ['UNKNOWN', undefined]);
  });

  describe('of promises', () => {
    it('tells those that are kept from those that are open', async () => {
      const kept = log.promise(log.entries[299] ?? new Uint8Array(), 299, log.start + 5 + 2990);
      const open = log.enter(log.now);
      const verdict = await log.audit(undefined, { promises: [kept, open] });
      assert.deepEqual([verdict.verdict, verdict.promises], ['CLEAN', { kept: 1, broken: 0, open: 1 }]);
    });

    it('detects one of an entry that is not there, of another, and of a later root than promised', async () => {
      const entry = log.entries[310] ?? new Uint8Array();
      const beyond = log.promise(entry, 320, log.start + 1);
      const another = log.promise(entry, 7, log.start + 75);
      const late = log.promise(entry, 310, log.start + 1);
      const verdict = await log.audit(undefined, { promises: [beyond, another, late] });
      assert.deepEqual([verdict.verdict, verdict.promises], ['BROKEN', { kept: 0, broken: 3, open: 0 }]);
      const requirements = verdict.findings.map(({ code, requirement }) => `${code} ${requirement}`);
      assert.deepEqual(
        requirements,
        ['MDT-LOG-005', 'MDT-LOG-006', 'MDT-LOG-017'].map((each) => `MDT_LOG_BROKEN_PROMISE ${each}`),
      );
    });

    it('detects one of another time than its entry', async () => {
      for (const time of [log.start + 74, log.now + 7_200]) {
        const verdict = await log.audit(undefined, {
          promises: [log.promise(log.entries[7] ?? new Uint8Array(), 7, time)],
        });
        assert.deepEqual(verdict.promises, { kept: 0, broken: 1, open: 0 });
        assert.deepEqual(
          verdict.findings.map(({ requirement }) => requirement),
          ['MDT-LOG-004'],
        );
      }
    });

    it('does not blame the entity for a promise that is not signed by it', async () => {
      const entry = log.entries[310] ?? new Uint8Array();
      const forged = { ...log.promise(entry, 7, log.start + 75), index: 8 };
      const verdict = await log.audit(undefined, { promises: [forged] });
      assert.deepEqual([verdict.verdict, verdict.findings[0]?.code], ['UNKNOWN', 'MDT_LOG_PROMISE']);
    });
  });

  describe('with a memory', () => {
    let folder: string;
    const again = async (promises: Parameters<AuditedLog['audit']>[1] = {}): ReturnType<AuditedLog['audit']> =>
      log.auditAgain(folder, promises);
    beforeEach(async () => {
      folder = temporaryFolder();
      assert.equal((await again()).verdict, 'CLEAN');
      log.asked.length = 0;
    });

    it('reads nothing but what is new', async () => {
      log.enter(log.now);
      log.closePeriod();
      const promises = [log.promise(log.entries[3] ?? new Uint8Array(), 3, log.start + 35)];
      const verdict = await again();
      assert.deepEqual(
        [verdict.verdict, verdict.log?.entries, verdict.log?.roots],
        ['CLEAN', { from: 320, to: 321 }, { from: 3, to: 4 }],
      );
      const tiles = ['tile/0/001.p/65', 'tile/1/000.p/1', 'tile/entries/001.p/65'];
      assert.deepEqual(log.asked.toSorted(), ['checkpoint', 'root', 'root/2', 'root/3', ...tiles]);
      assert.deepEqual((await again({ promises })).promises, { kept: 1, broken: 0, open: 0 });
    });

    it('takes a root that comes after entries of the period behind it were read already', async () => {
      log.enter(log.start + 3 * PERIOD + 10);
      log.enter(log.start + 4 * PERIOD + 2);
      log.now = log.start + 4 * PERIOD + 3;
      assert.equal((await again()).verdict, 'CLEAN');
      log.closePeriod({ tree_size: 321, root: bytesToHex(log.root(321)) });
      log.now = log.start + 4 * PERIOD + 10;
      const verdict = await again();
      assert.deepEqual([verdict.verdict, found(verdict)], ['CLEAN', []]);
      // What was read beyond the newest root counts all the same.
      log.entries[321] = log.entries[7] ?? new Uint8Array();
      assert.ok(found(await again()).includes('MDT_LOG_FORK MDT-LOG-009 checkpoint'));
    });

    it('detects a log that has shrunk, by its checkpoint and by its roots', async () => {
      log.entries.length = 310;
      assert.deepEqual(found(await again()), ['MDT_LOG_FORK MDT-LOG-008 checkpoint']);
      log.roots.pop();
      assert.deepEqual(found(await again()), ['MDT_LOG_FORK MDT-LOG-022 root', 'MDT_LOG_FORK MDT-LOG-008 checkpoint']);
    });

    it('detects a fork: entries that were rewritten after they were read, and another root of the same number', async () => {
      const first = log.entries[0] ?? new Uint8Array();
      log.entries[0] = log.entries[1] ?? first;
      log.enter(log.now);
      const places = ['tile/1/000.p/1', 'checkpoint'];
      assert.deepEqual(
        found(await again()),
        places.map((place) => `MDT_LOG_FORK MDT-LOG-009 ${place}`),
      );
      log.entries[0] = first;
      log.roots.pop();
      log.closePeriod({ created: formatTime(log.start + 3 * PERIOD + 6) });
      assert.deepEqual(found(await again()), ['MDT_LOG_FORK MDT-LOG-009 root 2']);
    });

    it('learns nothing from an audit that found a break, and finds it again', async () => {
      const before = readFileSync(join(folder, `audit-${log.grown.entityId}.json`));
      log.closePeriod({ root: '5e'.repeat(32), tree_size: 321 });
      for (let times = 0; times < 2; times += 1)
        assert.deepEqual(found(await again()), ['MDT_LOG_ROOT MDT-LOG-017 root 3']);
      assert.deepEqual(readFileSync(join(folder, `audit-${log.grown.entityId}.json`)), before);
    });

    it('blames nobody for a digit that changed in its own memory', async () => {
      const path = join(folder, `audit-${log.grown.entityId}.json`);
      const right = readFileSync(path, 'utf8');
      const digits = [...right.matchAll(/[0-9a-f]{64}|\d+(?=[,}])/g)].map(({ index }) => index);
      assert.ok(digits.length > 20);
      for (const at of digits) {
        const other = right[at] === '1' ? '2' : '1';
        writeFileSync(path, `${right.slice(0, at)}${other}${right.slice(at + 1)}`);
        await refuses(again, 'MDT_STATE', '--state');
      }
      writeFileSync(path, right);
      assert.equal((await again()).verdict, 'CLEAN');
    });

    it('does not begin anew where its memory is damaged', async () => {
      const path = join(folder, `audit-${log.grown.entityId}.json`);
      const kept = JSON.parse(readFileSync(path, 'utf8')) as { size: number };
      writeFileSync(path, JSON.stringify({ ...kept, size: kept.size + 1 }));
      await refuses(again, 'MDT_STATE');
    });
  });
});
