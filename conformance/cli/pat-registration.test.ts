import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createECDH } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PatRegistration, PatSignedStatement } from '../../reference/gen/schemas.ts';
import { PROJECT } from '../kit/project.ts';
import { schemaFault } from '../kit/schemas.ts';
import { PatStage } from './pat-fixture.ts';

const SECRET = '21'.repeat(32);
const PAY_TO = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
const STATED = 'What two people have agreed upon.\n';

/** One statement goes the whole way through a real node: signed, mined, proven, shown to somebody else. */
describe('milagro-trust pat state, prove and registered', function () {
  this.timeout(60_000);
  let stage: PatStage;
  let signed: PatSignedStatement;
  let registration: PatRegistration;
  const file = (name: string): string => join(stage.folder, name);
  const key = createECDH('secp256k1');
  key.setPrivateKey(SECRET, 'hex');
  const KEY = key.getPublicKey('hex', 'compressed');

  before(async () => {
    stage = await PatStage.set();
    writeFileSync(file('pat.key'), `${SECRET}\n`, { mode: 0o600 });
    writeFileSync(file('stated'), STATED);
    await stage.regtest.mine(8);
  });
  after(() => stage.strike());

  /** Runs a command with the node as its source of headers; what it prints as JSON, where it prints any. */
  const pat = (...args: string[]): { status: number | null; json?: Record<string, unknown>; err: string } => {
    const main = join(PROJECT, 'conformance/cli/main.ts');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [main, 'pat', ...args, '--chain', 'regtest', '--headers', stage.rest],
      { encoding: 'utf8' },
    );
    return {
      status,
      ...(stdout.startsWith('{') && { json: JSON.parse(stdout) as Record<string, unknown> }),
      err: stderr,
    };
  };
  const read = (name: string, ...more: string[]): ReturnType<typeof pat> =>
    pat('registered', file(name), '--key', KEY, '--json', ...more);
  const time = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  const medianTime = async (hash: string): Promise<number> =>
    (await stage.chain.rpc.call<{ mediantime: number }>('getblockheader', [hash])).mediantime;

  it('states under the key, with a block that is six deep', async () => {
    const { status, json } = pat('state', file('stated'), '--key', file('pat.key'));
    assert.equal(status, 0);
    assert.equal(schemaFault('pat-signed-statement', json), undefined);
    signed = json as unknown as PatSignedStatement;
    const { freshness, subject_key: subject } = signed.statement;
    const height = (await stage.chain.rpc.call<number>('getblockcount')) - 6;
    assert.deepEqual(freshness, { height, hash: await stage.chain.rpc.call<string>('getblockhash', [height]) });
    assert.equal(subject, KEY);
    assert.ok(!JSON.stringify(json).includes(SECRET));
    writeFileSync(file('signed.json'), JSON.stringify(signed));
  });

  it('proves it from the block that it was mined in', async () => {
    const payload = `4d696c6167726f20442d54410110${signed.signature}`;
    const txid = await stage.regtest.pay(PAY_TO, 30_000, payload);
    await stage.regtest.pay(PAY_TO, 30_000); // so that the block has a tree
    await stage.regtest.mine(1);
    const block = await stage.chain.rpc.call<string>('getbestblockhash');
    const { status, json, err } = pat('prove', file('signed.json'), '--txid', txid, '--block', block);
    assert.equal(status, 0, err);
    assert.equal(schemaFault('pat-registration', json), undefined);
    registration = json as unknown as PatRegistration;
    const { tx: txids } = await stage.chain.rpc.call<{ tx: string[] }>('getblock', [block]);
    assert.deepEqual([registration.locator.block_hash, registration.locator.tx_index], [block, txids.indexOf(txid)]);
    writeFileSync(file('registration.json'), JSON.stringify(registration));
  });

  it('is in doubt until it is deep, and verified then, with the times of bitcoind', async () => {
    const young = read('registration.json', '--of', file('stated'));
    assert.deepEqual(
      [young.status, young.json?.['verdict'], young.json?.['code']],
      [1, 'UNKNOWN', 'MDT_CONFIRMATIONS'],
    );
    await stage.regtest.mine(6);
    const { status, json = {} } = read('registration.json', '--of', file('stated'));
    assert.equal(status, 0);
    const closing = await stage.chain.rpc.call<string>('getblockhash', [registration.locator.height + 6]);
    assert.deepEqual(
      [json['verdict'], json['form'], json['confirmations'], json['existed_after'], json['existed_before']],
      [
        ...['VERIFIED', 'DIRECT', 7],
        ...[time(await medianTime(signed.statement.freshness.hash)), time(await medianTime(closing))],
      ],
    );
  });

  it('refuses what is stated otherwise, another key, and another signature', () => {
    writeFileSync(file('else'), 'Something else.\n');
    assert.equal(read('registration.json', '--of', file('else')).json?.['code'], 'MDT_DIGEST');
    const { json } = pat('registered', file('registration.json'), '--json', '--key', `02${KEY.slice(2, -2)}00`);
    assert.deepEqual([json?.['verdict'], json?.['code']], ['REJECTED', 'MDT_PAT_KEY']);
    const changed = { ...registration, signature: `${registration.signature.slice(0, -2)}00` };
    writeFileSync(file('changed.json'), JSON.stringify(changed));
    assert.deepEqual(read('changed.json').json?.['code'], 'MDT_SIGNATURE');
  });

  it('says what it cannot use, and prints no secret', () => {
    const block = registration.locator.block_hash;
    const elsewhere = pat('prove', file('signed.json'), '--txid', '11'.repeat(32), '--block', block);
    assert.equal(elsewhere.status, 1);
    assert.match(elsewhere.err, /MDT_NOT_FOUND/);
    const nowhere = pat('prove', file('signed.json'), '--txid', '11'.repeat(32), '--block', '22'.repeat(32));
    assert.match(nowhere.err, /MDT_NOT_IN_CHAIN/);
    writeFileSync(file('bad.key'), `${SECRET}00`);
    const { status, err } = pat('state', file('stated'), '--key', file('bad.key'));
    assert.deepEqual([status, err.includes(SECRET)], [2, false]);
    assert.equal(readFileSync(file('pat.key'), 'utf8').trim(), SECRET);
  });
});
