/** The log and the canary of a D-TA on a simulated chain: periods, heartbeats, alarms, and lives that end in between. */
import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hexToBytes } from '@noble/hashes/utils.js';
import { SimulatedNode } from '../chain/simulated-node.ts';
import { refuses } from '../core/expect-error.ts';
import { bytesToHex } from '../core/hex.ts';
import { readCheckpoint } from '../core/log/checkpoint.ts';
import { verifyPromise } from '../core/log/promise.ts';
import { STATUS_CODES } from '../core/status.ts';
import type { HostedActivityRoot, HostedRecord, HostedStatus } from '../gen/schemas.ts';
import { fund, testSecrets } from './test-parts.ts';
import { IMPORTED, RECORD, start, stopAll, type Started } from './test-service.ts';
import {
  bornLogging,
  eventually,
  hostedAs,
  json,
  kindsOn,
  PATIENCE_MS,
  POLICY,
  STATUS,
  statusAfter,
} from './test-logging.ts';

const LOG = '/milagro/v1/log';
const SUBJECT = 'cd'.repeat(32);

afterEach(stopAll);

async function rootOf(started: Started, seq: number): Promise<HostedActivityRoot> {
  return eventually(async () => {
    const answer = await started.get(`${LOG}/root/${seq}`);
    return answer.status === 200 ? ((await answer.json()) as HostedActivityRoot) : undefined;
  });
}

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
    const { status, ...signed } = hostedAs(statusAfter(before, sha256, { codes: STATUS_CODES.slice(1) }));
    const line = { document: status, ...signed };
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
