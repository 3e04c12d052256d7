/** The log and the canary of a D-TA on a simulated chain: periods, heartbeats, alarms, orders of the operator, and lives that end in between. */
import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hexToBytes } from '@noble/hashes/utils.js';
import { SimulatedNode } from '../chain/simulated-node.ts';
import { documentDigest } from '../core/canonical.ts';
import { signDigest } from '../core/document-signature.ts';
import { refuses } from '../core/expect-error.ts';
import { bytesToHex } from '../core/hex.ts';
import { readCheckpoint } from '../core/log/checkpoint.ts';
import { verifyPromise } from '../core/log/promise.ts';
import { STATUS_CODES, writeStatus } from '../core/status.ts';
import { formatTime } from '../core/time.ts';
import type { Chain, HostedActivityRoot, HostedRecord, HostedStatus } from '../gen/schemas.ts';
import { fund, testSecrets } from './test-parts.ts';
import { IMPORTED, RECORD, start, stopAll, type Started } from './test-service.ts';

const LOG = '/milagro/v1/log';
const STATUS = '/milagro/v1/status';
const POLICY = {
  log_period_seconds: 1,
  anchor_period_seconds: 2,
  canary_max_age_seconds: 40,
  confirmations: 2,
  channel_confirmations: 3,
};
const SUBJECT = 'cd'.repeat(32);

afterEach(stopAll);

async function bornLogging(): Promise<Started & { node: SimulatedNode }> {
  const node = new SimulatedNode(20);
  const started = await start(node, { policy: POLICY });
  await started.until('MDT_UNFUNDED');
  fund(node, { ...testSecrets(), ...IMPORTED });
  await started.until('ready', node);
  return { ...started, node };
}

async function json<T>(started: Started, path: string): Promise<T> {
  const answer = await started.get(path);
  assert.equal(answer.status, 200, `${path}: ${await answer.clone().text()}`);
  return (await answer.json()) as T;
}

/** Waits for what `look` finds, for as long as a test may take. */
async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function rootOf(started: Started, seq: number): Promise<HostedActivityRoot> {
  return eventually(async () => {
    const answer = await started.get(`${LOG}/root/${seq}`);
    return answer.status === 200 ? ((await answer.json()) as HostedActivityRoot) : undefined;
  });
}

/** Kinds of the anchors that the chain and the mempool hold, by their octet. */
function kindsOn(node: SimulatedNode): string[] {
  return node.transactions().flatMap((transaction) => /4d696c6167726f20442d544101(..)/.exec(transaction)?.[1] ?? []);
}

/** Periods of a second take seconds. */
const PATIENCE_MS = 30_000;

describe('a D-TA that keeps a log', function () {
  this.timeout(PATIENCE_MS);

  it('shows neither log nor canary before it is born', async () => {
    const started = await start(new SimulatedNode(20), { policy: POLICY });
    await started.until('MDT_UNFUNDED');
    for (const path of [`${LOG}/checkpoint`, `${LOG}/root`, `${LOG}/tile/0/000`, STATUS]) {
      const answer = await started.get(path);
      assert.equal(answer.status, 503);
      assert.equal(((await answer.json()) as { code: string }).code, 'MDT_NOT_READY');
    }
    await refuses(async () => started.service.append('person', SUBJECT), 'MDT_NOT_READY');
    await refuses(async () => started.service.status([]), 'MDT_NOT_READY');
  });

  it('promises each entry, closes each period, and names a STATUS in each root', async () => {
    const started = await bornLogging();
    const { birth_record: record, sha256: entity } = await json<HostedRecord>(started, RECORD);
    const key = hexToBytes(record.keys.log ?? '');
    const promises = await Promise.all([1, 2, 3].map(async () => started.service.append('app', SUBJECT)));
    for (const [index, promise] of promises.entries()) {
      assert.equal(promise.index, index);
      const promised = { entityId: hexToBytes(entity), leafHash: hexToBytes(promise.leaf_hash), index };
      verifyPromise({ ...promised, time: Date.parse(promise.time) / 1000 }, hexToBytes(promise.signature), key);
    }
    const checkpoint = Buffer.from(await (await started.get(`${LOG}/checkpoint`)).arrayBuffer());
    const head = readCheckpoint(checkpoint, hexToBytes(entity), key);
    assert.equal(head.size, 3);
    const { sha256: status } = await json<HostedStatus>(started, `${STATUS}/0`);
    const last = await rootOf(started, 2);
    assert.equal(last.activity_root.tree_size, 3);
    assert.equal(last.activity_root.root, bytesToHex(head.root));
    assert.equal(last.activity_root.status_digest, status);
    const before = await rootOf(started, 1);
    assert.equal(last.activity_root.previous, before.sha256);
    assert.equal(last.activity_root.period_start, before.activity_root.period_end);
  });

  it('goes on after a restart where it was: same roots, same entries, no period left out', async () => {
    const first = await bornLogging();
    await first.service.append('person', SUBJECT);
    const before = await rootOf(first, 1);
    const served = await json<HostedActivityRoot>(first, `${LOG}/root`);
    await first.service.stop();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const second = await start(first.node, { ...first.configuration });
    await second.until('ready', first.node);
    assert.deepEqual(await rootOf(second, 1), before);
    const next = await rootOf(second, served.activity_root.seq + 1);
    assert.equal(next.activity_root.period_start, served.activity_root.period_end);
    assert.equal((await second.service.append('thing', SUBJECT)).index, 1);
  });

  it('shows its log after its end, in its next life, too', async () => {
    const first = await bornLogging();
    const root = await rootOf(first, 1);
    await first.service.retire('sold');
    await eventually(async () => {
      first.node.mine(1);
      return (await json<HostedRecord>(first, RECORD)).retirement;
    });
    await first.service.stop();
    const second = await start(first.node, { ...first.configuration });
    await second.until('ready', first.node);
    assert.deepEqual(await json(second, `${LOG}/root/1`), root);
    assert.equal((await second.get(`${LOG}/checkpoint`)).status, 200);
  });

  it('does not start on a damaged log, and says which entry is at fault', async () => {
    const first = await bornLogging();
    for (const kind of ['person', 'app'] as const) await first.service.append(kind, SUBJECT);
    await first.service.stop();
    const path = join(first.configuration.data_dir, 'log', 'entries');
    writeFileSync(path, readFileSync(path, 'latin1').replace('"app"', '"apq"'), 'latin1');
    const second = await start(first.node, { ...first.configuration });
    await refuses(async () => second.ended, 'MDT_STATE', '/data_dir/log/entries/1');
  });

  it('promises nothing once its end is declared, and closes what it has promised (MDT-LOG-021)', async () => {
    const node = new SimulatedNode(20);
    const first = await start(node, { policy: { ...POLICY, log_period_seconds: 4 } });
    await first.until('MDT_UNFUNDED');
    fund(node, { ...testSecrets(), ...IMPORTED });
    await first.until('ready', node);
    const [one] = await Promise.all([1, 2].map(async () => first.service.append('app', SUBJECT)));
    await first.service.retire();
    await refuses(async () => first.service.append('app', SUBJECT), 'MDT_RETIRED', 'retirement');
    node.mine(3);
    const retired = async (started: Started): Promise<true | undefined> =>
      (await json<HostedRecord>(started, RECORD)).retirement ? true : undefined;
    await eventually(async () => retired(first));
    await first.service.stop();
    const second = await start(node, { ...first.configuration });
    await second.until('ready', node);
    await eventually(async () => retired(second));
    const { activity_root: root } = await eventually(async () => {
      const answer = await second.get(`${LOG}/root`);
      const hosted = answer.status === 200 ? ((await answer.json()) as HostedActivityRoot) : undefined;
      return hosted?.activity_root.tree_size === 2 ? hosted : undefined;
    });
    assert.ok(one !== undefined && root.period_end > one.time);
    await refuses(async () => second.service.append('app', SUBJECT), 'MDT_RETIRED', 'retirement');
    // What is covered is closed no more.
    await new Promise((resolve) => setTimeout(resolve, 4_500));
    assert.equal((await json<HostedActivityRoot>(second, `${LOG}/root`)).activity_root.seq, root.seq);
  });

  it('anchors its newest root each anchor period, one at a time', async () => {
    const started = await bornLogging();
    await rootOf(started, 0);
    await eventually(async () => (kindsOn(started.node).includes('03') ? true : undefined));
    await rootOf(started, 5); // nothing is mined meanwhile
    assert.deepEqual(kindsOn(started.node), ['01', '03']);
    await eventually(async () => {
      started.node.mine(1);
      return kindsOn(started.node).filter((kind) => kind === '03').length > 1 ? true : undefined;
    });
  });
});

describe('a D-TA that keeps a canary', function () {
  this.timeout(PATIENCE_MS);

  it('tells at once what has triggered, before a heartbeat that waits, and never takes it back', async () => {
    const started = await bornLogging();
    await eventually(async () => (kindsOn(started.node).includes('03') ? true : undefined));
    await started.service.status(STATUS_CODES.filter((code) => code !== 'GAG'));
    assert.deepEqual(kindsOn(started.node), ['01', '02']);
    const { status } = await json<HostedStatus>(started, STATUS);
    assert.equal(status.codes.includes('GAG'), false);
    await refuses(async () => started.service.status(STATUS_CODES), 'MDT_STATUS_CODE', '/codes');
    await refuses(async () => started.service.status(['NO']), 'MDT_CONTROL', '/codes');
  });

  it('raises an alarm after a crash that came before its anchor', async () => {
    const first = await bornLogging();
    const { status: before, sha256 } = await json<HostedStatus>(first, STATUS);
    await first.service.stop();
    // What a crash leaves between the STATUS and its anchor.
    const status = statusAfter(before, sha256, { codes: STATUS_CODES.slice(1) });
    const line = { document: status, sha256: bytesToHex(documentDigest(status)), signature: signed(status) };
    const path = join(first.configuration.data_dir, 'log', 'statuses.jsonl');
    writeFileSync(path, `${readFileSync(path, 'utf8')}${JSON.stringify(line)}\n`);
    const second = await start(first.node, { ...first.configuration });
    await second.until('ready', first.node);
    assert.ok(kindsOn(first.node).includes('02'));
  });

  it('issues nothing any more once that is withheld, in its next life neither', async () => {
    const first = await bornLogging();
    await first.service.withholdStatus();
    await first.service.stop();
    const second = await start(first.node, { ...first.configuration, clock: { offset_seconds: 30 } });
    await second.until('ready', first.node);
    first.node.mine(1);
    assert.equal((await json<HostedStatus>(second, STATUS)).status.seq, 0);
  });
});

describe('orders of an operator', function () {
  this.timeout(PATIENCE_MS);

  async function ordered(started: Started, order: object): Promise<unknown> {
    const folder = join(started.configuration.data_dir, 'inbox');
    writeFileSync(join(folder, 'a.order.json'), JSON.stringify(order));
    await eventually(async () => (existsSync(join(folder, 'a.order.json')) ? undefined : true));
    const refused = readdirSync(folder).find((name) => name.endsWith('.refused.json'));
    return refused === undefined ? undefined : (JSON.parse(readFileSync(join(folder, refused), 'utf8')) as unknown);
  }

  it('are a STATUS that was signed elsewhere, if it follows', async () => {
    const started = await bornLogging();
    const { status: before, sha256 } = await json<HostedStatus>(started, STATUS);
    const status = statusAfter(before, sha256, {});
    const hosted = { status, sha256: bytesToHex(documentDigest(status)), signature: signed(status) };
    const refused = async (code: string, field: string, changed: object): Promise<void> => {
      const { code: said, field: at } = (await ordered(started, { order: 'status', hosted: changed })) as {
        code: string;
        field: string;
      };
      assert.deepEqual([said, at], [code, field]);
    };
    await refused('MDT_SIGNATURE', '/signature', { ...hosted, signature: '11'.repeat(64) });
    await refused('MDT_DIGEST', '/sha256', { ...hosted, sha256: '11'.repeat(32) });
    await refused('MDT_SCHEMA', '/status/codes/0', { ...hosted, status: { ...status, codes: ['NO'] } });
    const other = statusAfter(before, '22'.repeat(32), {});
    const broken = { status: other, sha256: bytesToHex(documentDigest(other)), signature: signed(other) };
    await refused('MDT_STATUS_SEQ', '/previous', broken);
  });

  it('are no STATUS of another chain or block, nor one that is dated ahead, after which no honest one would follow', async () => {
    const started = await bornLogging();
    const { status: before, sha256 } = await json<HostedStatus>(started, STATUS);
    const right = statusAfter(before, sha256, {});
    const seconds = Date.parse(right.created) / 1000;
    const later = (by: number): Partial<HostedStatus['status']> => ({
      ...{ created: formatTime(seconds + by), next_due: formatTime(seconds + by + 10) },
      expires: formatTime(seconds + by + 20),
    });
    for (const [code, field, says] of [
      ['MDT_WRONG_CHAIN', '/chain/genesis', { chain: { ...right.chain, genesis: '5e'.repeat(32) } }],
      ['MDT_WRONG_CHAIN', '/chain/checkpoint', checkpoint(right.chain, 0)],
      ['MDT_WRONG_CHAIN', '/chain/checkpoint', checkpoint(right.chain, 2016)],
      ['MDT_FRESHNESS', '/freshness', { freshness: { ...right.freshness, hash: '5e'.repeat(32) } }],
      ['MDT_FRESHNESS', '/freshness', { freshness: { ...right.freshness, height: 10_000 } }],
      ['MDT_STATUS_SEQ', '/created', later(7_300)],
    ] as const) {
      const refusal = (await ordered(started, { order: 'status', hosted: hostedAs({ ...right, ...says }) })) as Refused;
      assert.deepEqual([refusal.code, refusal.field], [code, field]);
    }
    rmSync(join(started.configuration.data_dir, 'inbox', 'a.refused.json'));
    assert.equal(
      await ordered(started, { order: 'status', hosted: hostedAs({ ...right, ...later(3_600) }) }),
      undefined,
    );
  });

  it('are no STATUS that is dated long after its block', async () => {
    const started = await bornLogging();
    const { status: before, sha256 } = await json<HostedStatus>(started, STATUS);
    started.node.mine(170);
    const old = statusAfter(before, sha256, {});
    const refusal = (await ordered(started, { order: 'status', hosted: hostedAs(old) })) as Refused | undefined;
    assert.deepEqual([refusal?.code, refusal?.field], ['MDT_FRESHNESS', '/created']);
  });

  it('are the end', async () => {
    const started = await bornLogging();
    assert.equal(await ordered(started, { order: 'retire', reason: 'sold' }), undefined);
    assert.ok(kindsOn(started.node).includes('05'));
    const again = (await ordered(started, { order: 'retire', reason: 'sold' })) as { code: string };
    assert.equal(again.code, 'MDT_RETIRED');
  });

  it('are no STATUS by which a code triggers once the end is declared, and none once it is in force (MDT-STA-014)', async () => {
    const started = await bornLogging();
    const newest = async (): Promise<HostedStatus> => json(started, STATUS);
    assert.equal(await ordered(started, { order: 'retire', reason: 'sold' }), undefined);
    const { status: before, sha256 } = await newest();
    const trips = statusAfter(before, sha256, { codes: STATUS_CODES.slice(1) });
    const refusal = (await ordered(started, { order: 'status', hosted: hostedAs(trips) })) as Refused | undefined;
    assert.equal(refusal?.code, 'MDT_RETIRED');
    await refuses(async () => started.service.status(STATUS_CODES.slice(1)), 'MDT_RETIRED', 'retirement');
    rmSync(join(started.configuration.data_dir, 'inbox', 'a.refused.json'));
    const renewed = hostedAs(statusAfter(before, sha256, {}));
    assert.equal(await ordered(started, { order: 'status', hosted: renewed }), undefined);
    started.node.mine(3);
    await eventually(async () => ((await json<HostedRecord>(started, RECORD)).retirement ? true : undefined));
    const late = hostedAs(statusAfter(renewed.status, renewed.sha256, {}));
    const ended = (await ordered(started, { order: 'status', hosted: late })) as Refused | undefined;
    assert.deepEqual([ended?.code, (await newest()).sha256], ['MDT_RETIRED', renewed.sha256]);
  });

  it('are nothing else', async () => {
    const started = await bornLogging();
    const refused = (await ordered(started, { order: 'dance' })) as { code: string };
    assert.equal(refused.code, 'MDT_CONTROL');
  });
});

function statusAfter(
  before: HostedStatus['status'],
  sha256: string,
  { codes = STATUS_CODES }: { codes?: readonly (typeof STATUS_CODES)[number][] },
): HostedStatus['status'] {
  const { chain, created, freshness, entity_id, record } = before;
  return writeStatus({
    ...{ chain, created, freshness, entityId: entity_id, record, codes },
    before: { document: before, sha256 },
    dueAfter: 10,
    expiresAfter: 20,
  });
}

interface Refused {
  readonly code: string;
  readonly field: string;
}

function hostedAs(status: HostedStatus['status']): HostedStatus {
  return { status, sha256: bytesToHex(documentDigest(status)), signature: signed(status) };
}

function checkpoint(chain: Chain, height: number): Pick<HostedStatus['status'], 'chain'> {
  return { chain: { ...chain, checkpoint: { height, hash: '5e'.repeat(32) } } };
}

function signed(status: HostedStatus['status']): string {
  return bytesToHex(signDigest('milagro-status', documentDigest(status), hexToBytes(IMPORTED.status)));
}
