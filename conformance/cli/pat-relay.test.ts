import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createECDH } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PatRegistration, Verdict } from '../../reference/gen/schemas.ts';
import { schemaFault } from '../kit/schemas.ts';
import { PatStage, runReferenceCommand as run, type Ran } from './pat-fixture.ts';

const SECRET = '22'.repeat(32);
const ON_REGTEST = ['--chain', 'regtest'];

/** A PAT without a node: its headers, its registration and its proof come from a relay, and are held against work. */
describe('milagro-trust pat, with a relay', function () {
  this.timeout(180_000);
  let stage: PatStage;
  let relay: string;
  let entityId: string;
  const file = (name: string): string => join(stage.folder, name);
  const key = createECDH('secp256k1');
  key.setPrivateKey(SECRET, 'hex');
  const KEY = key.getPublicKey('hex', 'compressed');

  before(async () => {
    stage = await PatStage.set({}, 'relay');
    entityId = await stage.bringUp();
    relay = `grpc://${stage.grpc}`;
    await stage.regtest.mine(8);
    writeFileSync(file('pat.key'), SECRET, { mode: 0o600 });
  });
  after(() => stage.strike());

  async function state(name: string): Promise<void> {
    writeFileSync(file(name), `What ${name} says.\n`);
    const { status, out, err } = await run([
      ...['pat', 'state', file(name), '--key', file('pat.key')],
      ...[...ON_REGTEST, '--headers', relay],
    ]);
    assert.equal(status, 0, err);
    writeFileSync(file(`${name}.signed`), out);
  }
  const register = async (name: string, ...more: string[]): Promise<Ran> =>
    run(['pat', 'register', file(`${name}.signed`), '--relay', relay, ...more]);
  const prove = async (name: string): Promise<Ran> =>
    run(['pat', 'prove', file(`${name}.signed`), '--relay', relay, ...ON_REGTEST, '--headers', relay]);

  /** Mines until the relay can prove it. */
  async function proven(name: string): Promise<PatRegistration> {
    let ran = await prove(name);
    for (let turn = 0; ran.status !== 0 && turn < 20; turn++) {
      assert.match(ran.err, /MDT_CONFIRMATIONS/);
      await stage.pay();
      await stage.regtest.mine(1);
      ran = await prove(name);
    }
    assert.equal(ran.status, 0, ran.err);
    writeFileSync(file(`${name}.registration`), ran.out);
    return JSON.parse(ran.out) as PatRegistration;
  }

  it('verifies the relay itself by the headers that it serves', async () => {
    const verdict = await stage.verdict(stage.issuer, '--pin', entityId, '--headers', relay);
    assert.deepEqual([verdict.status, verdict.verdict, verdict.role], [0, 'VERIFIED', 'relay']);
    assert.deepEqual(
      verdict.headers?.sources.map(({ name, best }) => [name, best]),
      [[relay, true]],
    );
  });

  it('registers one of many and one alone, and proves both to somebody who has headers from elsewhere', async () => {
    for (const name of ['one', 'two', 'three']) await state(name);
    for (const name of ['one', 'two']) assert.equal((await register(name)).status, 0);
    const again = await register('one');
    const { registration_id: id } = JSON.parse(again.out) as { registration_id: string };
    assert.match(id, /^[0-9a-f]{64}$/);
    const direct = await register('three', '--mode', 'direct');
    assert.equal(direct.status, 0, direct.err);
    const registrations = [await proven('one'), await proven('two'), await proven('three')];
    for (const each of registrations) assert.equal(schemaFault('pat-registration', each), undefined);
    const [one, two, three] = registrations;
    assert.deepEqual([one?.batch !== undefined, three?.batch], [true, undefined]);
    assert.deepEqual(one?.locator, two?.locator);
    assert.notEqual(one?.batch?.index, two?.batch?.index);
    await stage.regtest.mine(6);
    for (const [name, form] of [
      ['one', 'BATCHED'],
      ['three', 'DIRECT'],
    ] as const) {
      const args = ['--key', KEY, '--of', file(name), '--json', '--confirmations', '3'];
      const { status, out } = await run([
        ...['pat', 'registered', file(`${name}.registration`), ...args],
        ...[...ON_REGTEST, '--headers', stage.rest],
      ]);
      assert.equal(status, 0, out);
      const said = JSON.parse(out) as Verdict & { form: string };
      assert.deepEqual([said.verdict, said.form], ['VERIFIED', form]);
    }
  });

  it('hands a transaction on to relays and to nodes of the network, and says what each answers', async () => {
    const txid = await stage.regtest.pay('bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080', 30_000);
    writeFileSync(file('tx'), await stage.chain.rpc.call<string>('getrawtransaction', [txid]));
    const known = await run(['pat', 'broadcast', file('tx'), '--to', relay, '--chain', 'regtest']);
    assert.deepEqual([known.status, JSON.parse(known.out)], [0, { to: relay }]);
    await stage.regtest.mine(1);
    // One input that nobody has, one output of 1,000 satoshi.
    const spent = `0200000001${'11'.repeat(32)}0000000000ffffffff01e803000000000000160014${'22'.repeat(20)}00000000`;
    writeFileSync(file('spent'), spent);
    const refused = await run(['pat', 'broadcast', file('spent'), '--to', relay, '--chain', 'regtest']);
    const said = JSON.parse(refused.out) as { code: string; message: string };
    assert.deepEqual([refused.status, said.code], [1, 'MDT_TX_REFUSED']);
    writeFileSync(file('none'), 'abcd');
    const none = await run(['pat', 'broadcast', file('none'), '--to', relay, '--chain', 'regtest']);
    assert.match(none.err, /MDT_MALFORMED_TX/);
  });

  it('says with which code the relay refuses, and what it cannot use', async () => {
    await state('forged');
    const signed = JSON.parse(readFileSync(file('forged.signed'), 'utf8')) as { signature: string };
    const forged = { ...signed, signature: `${signed.signature.slice(0, -2)}00` };
    writeFileSync(file('forged.signed'), JSON.stringify(forged));
    assert.match((await register('forged')).err, /MDT_SIGNATURE/);
    await state('unknown');
    assert.match((await prove('unknown')).err, /MDT_NOT_FOUND/);
    const usage = await run(['pat', 'prove', file('unknown.signed'), ...ON_REGTEST]);
    assert.equal(usage.status, 2);
    const nobody = await run(['pat', 'register', file('unknown.signed'), '--relay', 'grpc://127.0.0.1:1']);
    assert.match(nobody.err, /MDT_SOURCE/);
    const far = await run(['pat', 'register', file('unknown.signed'), '--relay', 'grpc://relay.example:1']);
    assert.equal(far.status, 2);
  });
});
