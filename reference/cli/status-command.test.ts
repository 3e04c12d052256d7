/** The operator's commands: what a machine that is off line signs, and how it reaches a service that runs. */
import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { hexToBytes } from '@noble/hashes/utils.js';
import { SimulatedNode } from '../chain/simulated-node.ts';
import { documentDigest } from '../core/canonical.ts';
import { verifyDigestSignature } from '../core/document-signature.ts';
import { bytesToHex } from '../core/hex.ts';
import { STATUS_CODES } from '../core/status.ts';
import { born, IMPORTED, RECORD, stopAll, type Started } from '../entity/test-service.ts';
import type { HostedRecord, HostedStatus } from '../gen/schemas.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { run } from './program.ts';

afterEach(stopAll);

interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

async function command(...args: readonly string[]): Promise<Outcome> {
  let [out, error] = ['', ''];
  const status = await run(args, {
    input: Readable.from([]),
    out: (text) => (out += text),
    error: (text) => (error += text),
  });
  return { status, out, error };
}

/** A born D-TA, and files for the machine that has its key. */
async function offLine(): Promise<{
  started: Started;
  file: (name: string, content: unknown) => string;
  request: object;
}> {
  const started = await born(new SimulatedNode(20));
  const folder = temporaryFolder();
  const file = (name: string, content: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const hosted = (await (await started.get(RECORD)).json()) as HostedRecord;
  const newest = (await (await started.get('/milagro/v1/status')).json()) as HostedStatus;
  const { freshness } = newest.status;
  const request = { request: 1, entity_id: hosted.sha256, birth_record: hosted.birth_record, newest, freshness };
  return { started, file, request: { ...request, median_time: 1_700_000_000 } };
}

/** A service is started, paid and asked. */
const PATIENCE_MS = 30_000;

describe('status', function () {
  this.timeout(PATIENCE_MS);

  it('signs off line what follows, and the service serves it', async () => {
    const { started, file, request } = await offLine();
    const { newest, birth_record: record } = request as {
      newest: HostedStatus;
      birth_record: HostedRecord['birth_record'];
    };
    const asked = [file('request.json', request), '--key', file('key', `${IMPORTED.status}\n`), '--due', '2s'];
    const renewed = await command('status', 'renew', ...asked, '--expires', '4s');
    assert.deepEqual([renewed.status, renewed.error], [0, '']);
    const { status, sha256, signature } = JSON.parse(renewed.out) as HostedStatus;
    const digest = documentDigest(status);
    assert.equal(sha256, bytesToHex(digest));
    verifyDigestSignature('milagro-status', digest, hexToBytes(signature), hexToBytes(record.keys.status));
    assert.deepEqual([status.seq, status.previous, status.codes], [1, newest.sha256, STATUS_CODES]);
    assert.equal(Date.parse(status.expires) - Date.parse(status.created), 4_000);
    const delivered = await command('status', 'deliver', started.configuration.data_dir, file('s.json', renewed.out));
    // The service of a test plays the operator, too, and may have renewed by itself meanwhile.
    if (delivered.status !== 0) assert.match(delivered.error, /MDT_STATUS_SEQ at \/seq/);
    else assert.deepEqual(await (await started.get('/milagro/v1/status/1')).json(), JSON.parse(renewed.out));
  });

  it('leaves out what has triggered', async () => {
    const { file, request } = await offLine();
    const asked = [file('request.json', request), '--key', file('key', IMPORTED.status)];
    const tripped = await command('status', 'trip', ...asked, '--code', 'RAID', '--code', 'WAR');
    const { status } = JSON.parse(tripped.out) as HostedStatus;
    assert.deepEqual(
      status.codes,
      STATUS_CODES.filter((code) => code !== 'RAID' && code !== 'WAR'),
    );
    const unknown = await command('status', 'trip', ...asked, '--code', 'FLOOD');
    assert.equal(unknown.status, 2);
    assert.match(unknown.error, /FLOOD is no code/);
  });

  it('signs no second STATUS of a number, whatever it is shown', async () => {
    const { file, request } = await offLine();
    const [path, key] = [file('request.json', request), file('key', IMPORTED.status)];
    const signed = await command('status', 'trip', path, '--key', key, '--code', 'RAID');
    assert.equal(signed.status, 0);
    const { newest: _, ...first } = request as { newest: HostedStatus };
    for (const asked of [
      ['renew', path],
      ['issue', file('first.json', first)],
    ]) {
      const again = await command('status', ...asked, '--key', key);
      assert.deepEqual([again.status, again.out], [1, '']);
      assert.match(again.error, /MDT_STATUS_SEQ at \/newest: STATUS 1 was signed here .*deliver .*key\.last first/);
    }
    assert.deepEqual(JSON.parse(readFileSync(`${key}.last`, 'utf8')), JSON.parse(signed.out));
    const next = { ...request, newest: JSON.parse(signed.out) as HostedStatus };
    assert.equal((await command('status', 'renew', file('next.json', next), '--key', key)).status, 0);
    const other = await command('status', 'renew', path, '--key', key, '--memory', file('other', '{}'));
    assert.match(other.error, /MDT_SCHEMA/);
  });

  it('refuses another key, a first STATUS where there is one, and a silence longer than the record allows', async () => {
    const { file, request } = await offLine();
    const path = file('request.json', request);
    const key = file('key', IMPORTED.status);
    const foreign = await command('status', 'renew', path, '--key', file('other', IMPORTED.anchor));
    assert.deepEqual([foreign.status, foreign.out], [1, '']);
    assert.match(foreign.error, /MDT_SIGNATURE at --key/);
    const first = await command('status', 'issue', path, '--key', key);
    assert.match(first.error, /has a STATUS already/);
    const long = await command('status', 'renew', path, '--key', key, '--due', '2s', '--expires', '90d');
    assert.match(long.error, /MDT_STATUS_GAP at \/expires/);
    const soon = { ...request, median_time: Math.floor(Date.now() / 1000) + 7_260 };
    const ahead = await command('status', 'renew', file('soon.json', soon), '--key', key);
    assert.deepEqual([ahead.status, ahead.out], [1, '']);
    assert.match(ahead.error, /MDT_FRESHNESS at \/request\/median_time/);
    for (const outcome of [foreign, first, long]) assert.doesNotMatch(outcome.error + outcome.out, /1313131313/);
  });

  it('refuses a request in which somebody has put another STATUS', async () => {
    const { file, request } = await offLine();
    const { newest } = request as { newest: HostedStatus };
    const forged = { ...newest, status: { ...newest.status, seq: 7 } };
    const path = file('request.json', { ...request, newest: forged });
    const outcome = await command('status', 'renew', path, '--key', file('key', IMPORTED.status));
    assert.match(outcome.error, /MDT_DIGEST at \/newest\/sha256/);
  });

  it('says where nobody takes an order, and where there is no service', async () => {
    const nowhere = await command('retire', temporaryFolder(), '--reason', 'sold');
    assert.equal(nowhere.status, 2);
    assert.match(nowhere.error, /is this the data directory of a service/);
  });
});

describe('retire', function () {
  this.timeout(PATIENCE_MS);

  it('ends the entity by an order in its data directory', async () => {
    const { started } = await offLine();
    const outcome = await command('retire', started.configuration.data_dir, '--reason', 'sold');
    assert.deepEqual([outcome.status, outcome.out], [0, 'done\n']);
    const again = await command('retire', started.configuration.data_dir, '--reason', 'sold');
    assert.deepEqual([again.status, again.out], [1, '']);
    assert.match(again.error, /MDT_RETIRED at retirement/);
  });
});
